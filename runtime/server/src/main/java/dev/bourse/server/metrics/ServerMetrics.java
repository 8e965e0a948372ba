package dev.bourse.server.metrics;

import dev.bourse.engine.MarketView;
import dev.bourse.host.HostStatistics;
import dev.bourse.host.process.ServedModel;
import dev.bourse.server.market.MarketMetrics;
import dev.bourse.server.node.Node;
import dev.bourse.server.request.RequestObserver;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** All metrics of a server, in one registry. Thread safe. */
public final class ServerMetrics {
  /** What {@link #text} is. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final RequestMetrics requests = new RequestMetrics(registry);

  /** The metrics of this JVM and of requests; what else there is, is added. */
  public ServerMetrics() {
    registry.register(new JvmMetrics());
  }

  /** Is told of requests, which are counted. */
  public RequestObserver requests() {
    return requests;
  }

  /** Adds what the engines and the host of a node do. */
  public void add(Node node) {
    Supplier<List<ServedModel>> models = node::models;
    Supplier<HostStatistics> host = node::hostStatistics;
    registry.register(new EngineMetrics(models));
    registry.register(new HostMetrics(host));
    registry.register(
        MarketMetrics.byModel(
            () -> {
              Map<Labels, MarketView> views = new LinkedHashMap<>();
              for (ServedModel model : models.get()) {
                views.put(Labels.of("model", model.name()), model.engine().market());
              }
              return views;
            }));
  }

  /** Adds requests that were refused, by the limit. */
  public void addRefused(Supplier<Map<String, Long>> refused) {
    CounterWithCallback.builder()
        .name("bourse_limited_requests")
        .help("Requests that were refused as their tenant made too many, by the limit.")
        .labelNames("limit")
        .callback(
            callback ->
                refused.get().forEach((limit, count) -> callback.call((double) count, limit)))
        .register(registry);
  }

  /** Adds a figure that goes up and down. */
  public void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /** Adds a figure that only grows. */
  public void counter(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /** The figures of this moment, in Prometheus's text format. */
  public String text() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create()
          .write(text, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString(StandardCharsets.UTF_8);
  }
}
