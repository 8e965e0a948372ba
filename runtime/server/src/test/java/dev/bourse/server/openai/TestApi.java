package dev.bourse.server.openai;

import dev.bourse.host.http.HttpServer;
import dev.bourse.server.TestNode;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.ApiKeys;
import dev.bourse.server.access.Quotas;
import dev.bourse.server.access.TenantLimits;
import dev.bourse.server.request.RequestObserver;
import dev.bourse.server.request.RequestScope;
import dev.bourse.server.web.Front;
import dev.bourse.server.web.Router;
import java.io.IOException;
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
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The endpoint on a port, before the embedded model. */
final class TestApi implements AutoCloseable {
  static final String MODEL = "Pocket Chat 5M";

  /** Tests ask as fast as they can. */
  private static final Quotas UNLIMITED =
      new Quotas(
          Map.of(),
          new TenantLimits(
              2_000,
              new TenantLimits.Rate(1_000_000, 1_000_000),
              new TenantLimits.Rate(1_000_000, 1_000_000),
              4_000));

  private final Access access;
  private final Admission admission;
  private final Observed observed = new Observed();
  private final TestNode node;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  TestApi(Path folder) throws IOException {
    this(folder, UNLIMITED);
  }

  TestApi(Path folder, Quotas quotas) throws IOException {
    node = TestNode.start(folder);
    access = new Access(new ApiKeys(folder.resolve("keys.toml"), Clock.systemUTC()));
    admission = new Admission(access, quotas);
    server =
        new HttpServer(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
            new HttpServer.Terms(64, Duration.ofSeconds(60)),
            new Front(
                observed,
                new Router()
                    .route(
                        OpenAiApi.PATH,
                        new OpenAiApi(
                            node.node(), admission, OpenAiApi.BODY_BYTES_MAX, Clock.systemUTC()))));
  }

  /** The requests that ended. */
  static final class Observed implements RequestObserver {
    private final List<String> ended = new CopyOnWriteArrayList<>();

    @Override
    public void begun(RequestScope request) {}

    @Override
    public void ended(RequestScope request, End end) {
      ended.add(request.route() + " " + end.status() + " " + request.id());
    }

    List<String> ended() {
      return ended;
    }
  }

  Observed observed() {
    return observed;
  }

  Access access() {
    return access;
  }

  Admission admission() {
    return admission;
  }

  TestNode node() {
    return node;
  }

  int port() {
    return server.port();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  /** An answer with its status. */
  record Answer(int status, JsonNode json) {
    JsonNode error() {
      return json.path("error");
    }
  }

  Answer get(String path) throws IOException, InterruptedException {
    return answer(HttpRequest.newBuilder(uri(path)).build());
  }

  Answer post(String path, String body) throws IOException, InterruptedException {
    return answer(request(path, body));
  }

  HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(uri(path))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private Answer answer(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), Json.event(response.body()));
  }

  /** The data of the events of a stream, without the last, {@code [DONE]}. */
  List<JsonNode> stream(String path, String body) throws IOException, InterruptedException {
    List<JsonNode> events = new ArrayList<>();
    HttpResponse<Stream<String>> response =
        client.send(request(path, body), HttpResponse.BodyHandlers.ofLines());
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body().toList());
    }
    boolean done = false;
    for (String line : response.body().toList()) {
      if (line.equals("data: [DONE]")) {
        done = true;
      } else if (line.startsWith("data: ")) {
        if (done) {
          throw new AssertionError("an event after the last: " + line);
        }
        events.add(Json.event(line.substring("data: ".length())));
      }
    }
    return events;
  }

  HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    server.close();
    node.close();
  }
}
