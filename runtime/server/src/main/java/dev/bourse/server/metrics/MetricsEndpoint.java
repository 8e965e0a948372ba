package dev.bourse.server.metrics;

import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.Role;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.web.Endpoint;
import dev.bourse.server.web.Exchange;
import dev.bourse.server.web.HttpRefusal;

/** Tells Prometheus the metrics: those who administer, or everybody. */
public final class MetricsEndpoint implements Endpoint {
  public static final String PATH = "/metrics";

  private static final String TEXT = "text/plain; charset=utf-8";

  private final ServerMetrics metrics;
  private final Admission admission;
  private final boolean open;

  /**
   * @param open whether no key is asked for
   */
  public MetricsEndpoint(ServerMetrics metrics, Admission admission, boolean open) {
    this.metrics = metrics;
    this.admission = admission;
    this.open = open;
  }

  @Override
  public void answer(Exchange exchange) throws InterruptedException {
    if (!exchange.method().equals("GET")) {
      exchange.say("allow", "GET");
      exchange.answer(405, TEXT, "Metrics are for GET.\n");
      return;
    }
    if (open) {
      exchange.answer(200, ServerMetrics.CONTENT_TYPE, metrics.text());
      return;
    }
    try (Admission.Visit visit = admission.enter(Access.bearer(exchange.field("authorization")))) {
      visit.caller().require(Role.ADMINISTER, "reading metrics");
      exchange.answer(200, ServerMetrics.CONTENT_TYPE, metrics.text());
    } catch (ServiceException e) {
      HttpRefusal.fields(e).forEach(exchange::say);
      exchange.answer(HttpRefusal.status(e.reason()), TEXT, e.words() + "\n");
    }
  }
}
