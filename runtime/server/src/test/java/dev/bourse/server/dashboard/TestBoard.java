package dev.bourse.server.dashboard;

import dev.bourse.engine.EngineConfig;
import dev.bourse.host.http.HttpServer;
import dev.bourse.server.TestNode;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.ApiKeys;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Quotas;
import dev.bourse.server.access.Role;
import dev.bourse.server.node.NodeProcess;
import dev.bourse.server.openai.OpenAiApi;
import dev.bourse.server.web.OwnMachine;
import dev.bourse.server.web.Router;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard and the chats on a port, before the embedded model. */
final class TestBoard implements AutoCloseable {
  static final String MODEL = "Pocket Chat 5M";
  static final JsonMapper JSON = JsonMapper.builder().build();

  private final TestNode node;
  private final ApiKeys keys;
  private final Dashboard dashboard;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  TestBoard(Path folder) throws IOException {
    this(folder, 0);
  }

  TestBoard(Path folder, int port) throws IOException {
    this(folder, port, EngineConfig.defaults(8192));
  }

  TestBoard(Path folder, int port, EngineConfig config) throws IOException {
    node = TestNode.start(folder, config);
    keys = new ApiKeys(folder.resolve("keys.toml"), Clock.systemUTC());
    Access access = new Access(keys);
    Admission admission = new Admission(access, Quotas.DEFAULT);
    dashboard = new Dashboard(node.node(), admission);
    server =
        new HttpServer(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
            new HttpServer.Terms(400, Duration.ofSeconds(60)),
            new OwnMachine(
                access::isOpen,
                new Router()
                    .route(Dashboard.PAGE, dashboard)
                    .route(Dashboard.PATH, dashboard)
                    .route(
                        OpenAiApi.PATH,
                        new OpenAiApi(
                            node.node(), admission, OpenAiApi.BODY_BYTES_MAX, Clock.systemUTC()))));
  }

  TestNode node() {
    return node;
  }

  ApiKeys keys() {
    return keys;
  }

  Dashboard dashboard() {
    return dashboard;
  }

  int port() {
    return server.port();
  }

  HttpClient client() {
    return client;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  /** Makes a key, and with the first has the server ask for one. */
  String key(String tenant, Role role) {
    return keys.create(tenant, role, "").secret();
  }

  /** A request with a key, if it is not empty. */
  HttpRequest.Builder request(String path, String key) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
    return key.isEmpty() ? request : request.header("authorization", "Bearer " + key);
  }

  HttpResponse<String> get(String path, String key) throws IOException, InterruptedException {
    return client.send(request(path, key).build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> send(String method, String path, String key)
      throws IOException, InterruptedException {
    return client.send(
        request(path, key).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  JsonNode json(String path, String key) throws IOException, InterruptedException {
    HttpResponse<String> response = get(path, key);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body());
  }

  /** Starts a chat that goes on for {@code choices} times 900 tokens, and finds its process. */
  NodeProcess chat(String key, Caller caller, int choices) throws InterruptedException {
    String body =
        """
        {"model":"%s","messages":[{"role":"user","content":"Hello!"}],"max_tokens":900,"n":%d,\
        "stream":true,"temperature":2,"logit_bias":{"2039":-100,"2041":-100}}"""
            .formatted(MODEL, choices);
    Set<NodeProcess> before = Set.copyOf(node.node().processes(caller, false, true));
    var _ =
        client.sendAsync(
            request("/v1/chat/completions", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.discarding());
    while (true) {
      for (NodeProcess process : node.node().processes(caller, false, false)) {
        if (!before.contains(process)) {
          return process;
        }
      }
      Thread.sleep(5);
    }
  }

  /** A server-sent event. */
  record Message(String name, JsonNode data) {}

  /** A stream of events that is open. */
  record Stream(HttpResponse<InputStream> response, BufferedReader lines) implements AutoCloseable {
    /** The next event, which there is. */
    Message next() throws IOException {
      Message message = read();
      if (message == null) {
        throw new AssertionError("the stream has ended");
      }
      return message;
    }

    private @Nullable Message read() throws IOException {
      String name = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event: ")) {
          name = line.substring("event: ".length());
        } else if (line.startsWith("data: ")) {
          return new Message(name, JSON.readTree(line.substring("data: ".length())));
        }
      }
      return null;
    }

    List<Message> rest() throws IOException {
      List<Message> all = new ArrayList<>();
      for (Message message = read(); message != null; message = read()) {
        all.add(message);
      }
      return all;
    }

    @Override
    public void close() throws IOException {
      response.body().close();
    }
  }

  Stream stream(String path, String key) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        client.send(request(path, key).build(), HttpResponse.BodyHandlers.ofInputStream());
    return new Stream(
        response,
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
  }

  /** Stops serving; the node stays. */
  @Override
  public void close() {
    server.close();
    dashboard.close();
    client.close();
    node.close();
  }
}
