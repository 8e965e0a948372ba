package dev.bourse.server.serve;

import dev.bourse.server.access.Admission;
import dev.bourse.server.apps.Apps;
import dev.bourse.server.config.ServerSettings;
import dev.bourse.server.dashboard.Dashboard;
import dev.bourse.server.metrics.MetricsEndpoint;
import dev.bourse.server.metrics.ServerMetrics;
import dev.bourse.server.node.Node;
import dev.bourse.server.openai.OpenAiApi;
import dev.bourse.server.web.Health;
import dev.bourse.server.web.Router;
import java.time.Clock;

/** What a server answers by HTTP. */
public final class Routes {
  private Routes() {}

  /** All that it answers while it serves. */
  public static Router serving(
      Node node,
      Dashboard dashboard,
      Admission admission,
      ServerSettings settings,
      ServerMetrics metrics,
      Health health) {
    return probes(health)
        .route(Dashboard.PAGE, dashboard)
        .route(Dashboard.PATH, dashboard)
        .handle(Apps.PATH, new Apps(node, admission))
        .route(
            OpenAiApi.PATH,
            new OpenAiApi(node, admission, settings.wire().bodyBytes(), Clock.systemUTC()))
        .route(
            MetricsEndpoint.PATH, new MetricsEndpoint(metrics, admission, settings.metricsOpen()));
  }

  /** What it answers while it starts or stops. */
  static Router waiting(Health health) {
    return probes(health).route("/", health.ready());
  }

  private static Router probes(Health health) {
    return new Router()
        .route(Health.LIVE_PATH, health.live())
        .route(Health.READY_PATH, health.ready());
  }
}
