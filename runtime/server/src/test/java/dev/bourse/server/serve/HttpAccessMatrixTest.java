package dev.bourse.server.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.server.Resources;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Role;
import dev.bourse.server.apps.Apps;
import dev.bourse.server.dashboard.Dashboard;
import dev.bourse.server.node.Launch;
import dev.bourse.server.node.NodeProcess;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that is answered by HTTP, tried by whoever may not: without a key, with a wrong one,
 * with a revoked one, with a role too low, and on what belongs to another tenant. A route that is
 * added to the server and not here fails.
 */
@Timeout(180)
class HttpAccessMatrixTest {
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final String MODEL = "\"model\":\"Pocket Chat 5M\"";
  private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

  @TempDir static Path folder;
  private static TestServer server;
  private static String owners;
  private static String revoked;
  private static final Map<Role, String> STRANGER = new LinkedHashMap<>();

  /** A process of ann, one of hers that ended, and the id of an answer that she got. */
  private static NodeProcess process;

  private static String response = "";

  @BeforeAll
  static void start() throws Exception {
    server = new TestServer(folder);
    owners = server.key("ann", Role.ADMINISTER);
    for (Role role : Role.values()) {
      STRANGER.put(role, server.key("bob", role));
    }
    var gone = server.keys().create("ann", Role.ADMINISTER, "");
    revoked = gone.secret();
    server.keys().revoke(gone.key().id());
    Caller ann = new Caller("ann", Role.ADMINISTER, "test");
    server
        .served()
        .node()
        .deploy(
            ann,
            "name = \"talker\"\nversion = \"1.0.0\"\ndescription = \"Talks.\"\n",
            Resources.bytes("guests/talker.wasm"),
            false);
    server
        .served()
        .node()
        .deploy(
            ann,
            "name = \"echo-endpoint\"\nversion = \"1.0.0\"\ndescription = \"Echoes.\"\n",
            Resources.bytes("guests/echo-endpoint.wasm"),
            false);
    process = server.served().node().launch(ann, Launch.of("talker", "{}"));
    HttpResponse<String> kept =
        server.post(
            "/v1/responses",
            owners,
            "{%s,\"input\":\"Hi\",\"max_output_tokens\":2}".formatted(MODEL));
    Matcher id = Pattern.compile("\"id\":\"(resp_[^\"]+)\"").matcher(kept.body());
    assertThat(id.find()).as(kept.body()).isTrue();
    response = id.group(1);
    HttpResponse<String> saved =
        server.post(
            "/v1/chat/completions",
            owners,
            "{%s,%s,\"max_tokens\":1,\"bourse\":{\"save_as\":\"talk\"}}".formatted(MODEL, HELLO));
    assertThat(saved.statusCode()).as(saved.body()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /**
   * How something that can be asked for is tried.
   *
   * @param needs the role that it takes; empty for what everybody is told
   * @param foreign the status for another tenant, who asks for what is ann's
   */
  private record Trial(String method, String path, String body, String needs, int foreign) {
    String name() {
      return method + " " + path;
    }

    boolean isOpen() {
      return needs.isEmpty();
    }

    Role role() {
      return Role.byKey(needs).orElseThrow();
    }
  }

  private static List<Trial> trials() {
    String board = Dashboard.PATH + "v1/";
    return List.of(
        new Trial("GET", "/healthz", "", "", 200),
        new Trial("GET", "/readyz", "", "", 200),
        new Trial("GET", "/", "", "", 200),
        new Trial("GET", Dashboard.PATH + "app.js", "", "", 200),
        new Trial("GET", "/metrics", "", "administer", 403),
        new Trial("GET", "/v1/models", "", "use", 200),
        new Trial("GET", "/v1/models/Pocket%20Chat%205M", "", "use", 200),
        new Trial(
            "POST",
            "/v1/chat/completions",
            "{%s,%s,\"bourse\":{\"snapshot\":\"talk\"}}".formatted(MODEL, HELLO),
            "use",
            404),
        new Trial(
            "POST",
            "/v1/chat/completions",
            "{%s,%s,\"bourse\":{\"snapshot\":\"@ann/talk\"}}".formatted(MODEL, HELLO),
            "use",
            404),
        new Trial(
            "POST",
            "/v1/completions",
            "{%s,\"prompt\":\"Hi\",\"bourse\":{\"snapshot\":\"@ann/talk\"}}".formatted(MODEL),
            "use",
            404),
        new Trial(
            "POST",
            "/v1/responses",
            "{%s,\"input\":\"Hi\",\"previous_response_id\":\"%s\"}".formatted(MODEL, response),
            "use",
            400),
        new Trial("POST", "/v1/embeddings", "{%s,\"input\":\"Hi\"}".formatted(MODEL), "use", 200),
        new Trial("GET", Apps.PATH + "echo-endpoint/", "", "use", 404),
        new Trial("POST", Apps.PATH + "echo-endpoint/any", "x", "use", 404),
        new Trial("GET", board + "me", "", "use", 200),
        new Trial("GET", board + "live", "", "use", 200),
        new Trial("GET", board + "processes", "", "use", 200),
        new Trial("GET", board + "processes/" + process.id(), "", "use", 404),
        new Trial("GET", board + "processes/" + process.id() + "/output", "", "use", 404),
        new Trial("DELETE", board + "processes/" + process.id(), "", "use", 404));
  }

  private static int status(String method, String path, String body, String key) throws Exception {
    HttpRequest.Builder request =
        server.request(path, key).method(method, HttpRequest.BodyPublishers.ofString(body));
    // Its head is enough: streams go on.
    try (var client = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      answer.body().close();
      client.shutdownNow();
      return answer.statusCode();
    }
  }

  @Test
  void everyRouteIsTried() {
    List<String> paths = server.router().paths();
    assertThat(paths).contains("/v1/", "/metrics", "/healthz", "/readyz");
    for (String path : paths) {
      assertThat(trials())
          .as("a trial of " + path)
          .anySatisfy(
              trial ->
                  assertThat(
                          (path.endsWith("/") && !path.equals("/"))
                              ? trial.path().startsWith(path)
                              : trial.path().equals(path))
                      .isTrue());
    }
  }

  @TestFactory
  Stream<DynamicTest> nobodyGetsWhereHeMayNot() {
    return trials().stream()
        .filter(trial -> !trial.isOpen())
        .flatMap(
            trial -> {
              Stream<DynamicTest> strangers =
                  Stream.of("", "bourse_wrong", revoked, owners.toUpperCase(Locale.ROOT))
                      .map(
                          key ->
                              DynamicTest.dynamicTest(
                                  trial.name() + " with the key '" + excerpt(key) + "'",
                                  () -> expect(trial, key, 401)));
              Stream<DynamicTest> low =
                  STRANGER.entrySet().stream()
                      .filter(entry -> !entry.getKey().includes(trial.role()))
                      .map(
                          entry ->
                              DynamicTest.dynamicTest(
                                  trial.name() + " with the role " + entry.getKey().key(),
                                  () -> expect(trial, entry.getValue(), 403)));
              Stream<DynamicTest> other =
                  Stream.of(
                      DynamicTest.dynamicTest(
                          trial.name() + " on what is another tenant's",
                          () ->
                              expect(
                                  trial,
                                  Objects.requireNonNull(STRANGER.get(Role.DEPLOY)),
                                  trial.foreign())));
              return Stream.of(strangers, low, other).flatMap(tests -> tests);
            });
  }

  private static void expect(Trial trial, String key, int status) throws Exception {
    assertThat(status(trial.method(), trial.path(), trial.body(), key)).isEqualTo(status);
  }

  private static String excerpt(String key) {
    return key.substring(0, Math.min(8, key.length()));
  }

  /** Whatever the method: without a key there is nothing but what everybody is told. */
  @TestFactory
  Stream<DynamicTest> noMethodGoesPastTheKeys() {
    return trials().stream()
        .flatMap(
            trial ->
                METHODS.stream()
                    .map(
                        method ->
                            DynamicTest.dynamicTest(
                                method + " " + trial.path() + " without a key",
                                () -> {
                                  int status = status(method, trial.path(), trial.body(), "");
                                  if (trial.isOpen()) {
                                    assertThat(status).isIn(200, 404, 405);
                                  } else {
                                    assertThat(status).isIn(401, 404, 405);
                                  }
                                })));
  }

  @Test
  void whoMayGetsIt() throws Exception {
    String administers = Objects.requireNonNull(STRANGER.get(Role.ADMINISTER));
    assertThat(server.get("/metrics", administers).statusCode()).isEqualTo(200);
    assertThat(
            server
                .post(
                    "/v1/responses",
                    owners,
                    "{%s,\"input\":\"Hi\",\"max_output_tokens\":1,\"previous_response_id\":\"%s\"}"
                        .formatted(MODEL, response))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void nothingOfAnotherTenantsIsTold() throws Exception {
    String stranger = Objects.requireNonNull(STRANGER.get(Role.DEPLOY));
    for (String path : List.of("/v1/models", Dashboard.PATH + "v1/processes")) {
      assertThat(server.get(path, stranger).body())
          .as(path)
          .doesNotContain("ann", "talk", process.id());
    }
    assertThat(process.end()).as("nobody stopped it").isEmpty();
  }
}
