package dev.bourse.server.openai;

import dev.bourse.host.http.HttpServer;
import dev.bourse.server.TestNode;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.ApiKeys;
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
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The endpoint on a port, before the embedded model. */
final class TestApi implements AutoCloseable {
  static final String MODEL = "Pocket Chat 5M";

  private final TestNode node;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  TestApi(Path folder) throws IOException {
    node = TestNode.start(folder);
    Access access = new Access(new ApiKeys(folder.resolve("keys.toml"), Clock.systemUTC()));
    server =
        new HttpServer(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
            new HttpServer.Terms(64, Duration.ofSeconds(60)),
            new Router()
                .route(OpenAiApi.PATH, new OpenAiApi(node.node(), access, Clock.systemUTC())));
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
