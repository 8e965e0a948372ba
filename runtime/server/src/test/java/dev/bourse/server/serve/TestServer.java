package dev.bourse.server.serve;

import dev.bourse.host.http.HttpServer;
import dev.bourse.server.TestNode;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.ApiKeys;
import dev.bourse.server.access.Quotas;
import dev.bourse.server.access.Role;
import dev.bourse.server.config.ServerSettings;
import dev.bourse.server.dashboard.Dashboard;
import dev.bourse.server.metrics.ServerMetrics;
import dev.bourse.server.node.NodeSettings;
import dev.bourse.server.request.RequestObserver;
import dev.bourse.server.web.Front;
import dev.bourse.server.web.Health;
import dev.bourse.server.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All that a server answers by HTTP, on a port, before the embedded model. */
public final class TestServer implements AutoCloseable {
  private final TestNode node;
  private final Access access;
  private final Admission admission;
  private final Dashboard dashboard;
  private final ServerMetrics metrics = new ServerMetrics();
  private final Health health = new Health();
  private final Router router;
  private final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public TestServer(Path folder) {
    this(folder, Quotas.DEFAULT, Duration.ofSeconds(60), List.of());
  }

  public TestServer(Path folder, Quotas quotas, Duration idle, List<RequestObserver> observers) {
    node = TestNode.start(folder, NodeSettings.DEFAULT.withQuotas(quotas));
    access = new Access(new ApiKeys(folder.resolve("keys.json"), Clock.systemUTC()));
    admission = new Admission(access, quotas);
    dashboard = new Dashboard(node.node(), admission);
    metrics.add(node.node());
    metrics.addRefused(admission::refused);
    router =
        Routes.serving(node.node(), dashboard, admission, ServerSettings.DEFAULT, metrics, health);
    List<RequestObserver> told = new ArrayList<>(observers);
    told.add(metrics.requests());
    try {
      server =
          new HttpServer(
              new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
              new HttpServer.Terms(64, idle),
              new Front(RequestObserver.of(told), router));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    metrics.gauge("bourse_http_connections", "Open connections.", server::openConnections);
    metrics.counter("bourse_log_dropped_lines", "Dropped lines.", () -> 0);
    health.isServing();
  }

  public TestNode served() {
    return node;
  }

  public Admission admission() {
    return admission;
  }

  Router router() {
    return router;
  }

  Health health() {
    return health;
  }

  public int port() {
    return server.port();
  }

  /** Makes a key; from the first on, the server asks for one. */
  public String key(String tenant, Role role) {
    return access.keys().create(tenant, role, "").secret();
  }

  ApiKeys keys() {
    return access.keys();
  }

  /** A request with a key, unless that is empty. */
  public HttpRequest.Builder request(String path, String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofSeconds(60));
    return key.isEmpty() ? request : request.header("authorization", "Bearer " + key);
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  public HttpResponse<String> get(String path, String key)
      throws IOException, InterruptedException {
    return send(request(path, key));
  }

  public HttpResponse<String> post(String path, String key, String body)
      throws IOException, InterruptedException {
    return send(request(path, key).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
    server.close();
    dashboard.close();
    node.close();
  }
}
