package dev.bourse.server.apps;

import dev.bourse.host.http.HttpServer;
import dev.bourse.host.http.ServedRequest;
import dev.bourse.server.access.Admission;
import dev.bourse.server.node.Node;
import java.time.Duration;

/** Answers requests below {@code /apps/NAME/} by the caller's program of that name. */
public final class Apps implements HttpServer.Handler {
  /** Where the programs are. */
  public static final String PATH = "/apps/";

  /** How long a program may take to begin its answer. */
  private static final Duration BEGIN_MAX = Duration.ofMinutes(2);

  private final Node node;
  private final Admission admission;
  private final Duration beginMax;

  public Apps(Node node, Admission admission) {
    this(node, admission, BEGIN_MAX);
  }

  Apps(Node node, Admission admission, Duration beginMax) {
    this.node = node;
    this.admission = admission;
    this.beginMax = beginMax;
  }

  @Override
  public HttpServer.Call begin(ServedRequest request) {
    return new AppCall(node, admission, beginMax, request);
  }
}
