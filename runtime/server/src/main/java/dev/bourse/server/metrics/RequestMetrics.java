package dev.bourse.server.metrics;

import dev.bourse.server.request.RequestObserver;
import dev.bourse.server.request.RequestScope;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.Set;

/** Counts requests, by HTTP and gRPC alike, and how long they took. */
final class RequestMetrics implements RequestObserver {
  /** Methods of HTTP that anybody uses; a client can think of any. */
  private static final Set<String> METHODS =
      Set.of("", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final Counter requests;
  private final Gauge open;
  private final Histogram seconds;
  private final Counter received;
  private final Counter sent;

  RequestMetrics(PrometheusRegistry registry) {
    requests =
        Counter.builder()
            .name("bourse_requests")
            .help("Requests that were answered.")
            .labelNames("wire", "route", "method", "status")
            .register(registry);
    open =
        Gauge.builder()
            .name("bourse_requests_in_flight")
            .help("Requests that are being answered.")
            .labelNames("wire")
            .register(registry);
    seconds =
        Histogram.builder()
            .name("bourse_request_seconds")
            .help("How long requests took, from their head to the last byte of the answer.")
            .labelNames("wire", "route")
            .classicOnly()
            .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
            .register(registry);
    received =
        Counter.builder()
            .name("bourse_request_received")
            .help("What clients sent: bytes of bodies by HTTP, messages by gRPC.")
            .labelNames("wire")
            .register(registry);
    sent =
        Counter.builder()
            .name("bourse_request_sent")
            .help("What clients were sent: bytes of bodies by HTTP, messages by gRPC.")
            .labelNames("wire")
            .register(registry);
    for (RequestScope.Wire wire : RequestScope.Wire.values()) {
      // There from the start, so that what grows is seen to grow.
      open.initLabelValues(name(wire));
      received.initLabelValues(name(wire));
      sent.initLabelValues(name(wire));
    }
  }

  private static String name(RequestScope.Wire wire) {
    return wire.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void begun(RequestScope request) {
    open.labelValues(name(request.wire())).inc();
  }

  @Override
  public void ended(RequestScope request, End end) {
    String wire = name(request.wire());
    String method = METHODS.contains(request.method()) ? request.method() : "other";
    open.labelValues(wire).dec();
    requests.labelValues(wire, request.route(), method, end.status()).inc();
    seconds.labelValues(wire, request.route()).observe(request.nanos() / 1e9);
    received.labelValues(wire).inc(end.received());
    sent.labelValues(wire).inc(end.sent());
  }
}
