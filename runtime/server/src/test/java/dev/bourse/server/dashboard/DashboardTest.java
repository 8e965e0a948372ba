package dev.bourse.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Role;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.dashboard.TestBoard.Message;
import dev.bourse.server.node.Launch;
import dev.bourse.server.node.NodeProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The files of the page and its data, as a browser asks for them. */
@Timeout(120)
class DashboardTest {
  private static final Caller ANN = new Caller("ann", Role.USE, "a");
  private static final Caller BOB = new Caller("bob", Role.USE, "b");
  private static final String LIVE = "/dashboard/v1/live";

  @TempDir private Path folder;
  private TestBoard board;

  @BeforeEach
  void start() throws Exception {
    board = new TestBoard(folder);
  }

  @AfterEach
  void stop() {
    board.close();
  }

  /** A process that goes on for so long that somebody stops it. */
  private NodeProcess endless(String key, Caller caller) throws Exception {
    return board.chat(key, caller, 2);
  }

  private NodeProcess question(Caller caller) {
    return board
        .node()
        .node()
        .launch(
            caller,
            Launch.of(
                "text-completion",
                "{\"prompt\": \"What is the capital of France?\", \"max_tokens\": 20}"));
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html",
    "/dashboard/style.css, text/css",
    "/dashboard/app.js, text/javascript",
    "/dashboard/data.js, text/javascript",
    "/dashboard/dom.js, text/javascript",
    "/dashboard/charts.js, text/javascript",
    "/dashboard/views.js, text/javascript",
    "/dashboard/try.js, text/javascript",
    "/dashboard/icon.svg, image/svg+xml"
  })
  void theFilesOfThePageAreThereForAllAndMayRunNothingElse(String path, String type)
      throws Exception {
    String unused = board.key("ann", Role.USE);
    HttpResponse<String> response = board.get(path, "");
    assertThat(unused).isNotEmpty();
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith(type);
    assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(response.headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(response.body()).isNotEmpty();
  }

  /** What the policy forbids is not there to be forbidden. */
  @Test
  void noFileOfThePageMakesMarkupOfTextOrLoadsFromElsewhere() throws Exception {
    for (String file : List.of("app", "charts", "data", "dom", "try", "views")) {
      assertThat(board.get("/dashboard/" + file + ".js", "").body())
          .as(file)
          .doesNotContain(
              "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
    }
    assertThat(board.get("/", "").body())
        .doesNotContain("https://", " style=", " onclick=")
        .doesNotContainPattern("<script(?![^>]* src=)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/dashboard/",
        "/dashboard/Dashboard.class",
        "/dashboard/..%2fapp.js",
        "/dashboard/../../../../etc/passwd"
      })
  void thereIsNothingElse(String path) throws Exception {
    assertThat(board.get(path, "").statusCode()).isEqualTo(404);
    assertThat(board.send("POST", path, "").statusCode()).isEqualTo(405);
  }

  @Test
  void withoutKeysWhoeverIsOnThisMachineSeesAll() throws Exception {
    NodeProcess process = question(ANN);
    JsonNode me = board.json("/dashboard/v1/me", "");
    assertThat(me.path("open").asBoolean()).isTrue();
    assertThat(me.path("role").asString()).isEqualTo("administer");
    assertThat(me.path("models").path(0).path("name").asString()).isEqualTo(TestBoard.MODEL);
    assertThat(board.json("/dashboard/v1/processes", "").toString()).contains(process.id());
    var elsewhere =
        board
            .client()
            .send(
                board.request("/", "").header("origin", "https://example.org").build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(elsewhere.statusCode()).isEqualTo(403);
  }

  @Test
  void theStreamTellsWhatTheEngineDoes() throws Exception {
    NodeProcess process = endless("", Caller.LOCAL);
    try (TestBoard.Stream live = board.stream(LIVE, "")) {
      Message hello = live.next();
      assertThat(hello.name()).isEqualTo("hello");
      assertThat(hello.data().path("model").asString()).isEqualTo(TestBoard.MODEL);
      long step = 0;
      long decoded = 0;
      for (int i = 0; i < 4; i++) {
        Message tick = live.next();
        assertThat(tick.name()).isEqualTo("tick");
        JsonNode view = tick.data();
        for (JsonNode batch : view.path("batches")) {
          assertThat(batch.path("step").asLong()).isGreaterThan(step);
          step = batch.path("step").asLong();
          assertThat(batch.path("ms").asDouble()).isPositive();
          decoded += batch.path("decode").asInt();
          assertThat(batch.path("parts").path(0).path("process").asString())
              .isEqualTo(process.id());
        }
        JsonNode pages = view.path("pages");
        assertThat(
                pages.path("held").asInt()
                    + pages.path("idle").asInt()
                    + pages.path("cached").asInt()
                    + pages.path("free").asInt())
            .isEqualTo(pages.path("all").asInt())
            .isEqualTo(board.node().engine().pageUse().pages());
        assertThat(view.path("contexts").path(0).path("process").asString())
            .isEqualTo(process.id());
        assertThat(view.path("tenants").path(0).path("name").asString()).isEqualTo("local");
        assertThat(view.path("minted").isNumber()).isTrue();
        assertThat(view.path("processes").path(0).path("state").asString()).isEqualTo("running");
        assertThat(view.path("running").asInt()).isEqualTo(1);
      }
      assertThat(decoded).isPositive();
    }
  }

  @Test
  void whoComesLaterSeesHowItWas() throws Exception {
    NodeProcess process = question(Caller.LOCAL);
    var _ = process.ended().join();
    List<JsonNode> points = new ArrayList<>();
    while (points.stream().noneMatch(point -> point.path("tokens").asDouble() > 0)) {
      try (TestBoard.Stream live = board.stream(LIVE, "")) {
        points.clear();
        live.next().data().path("points").forEach(points::add);
      }
      Thread.sleep(100);
    }
    assertThat(points).isNotEmpty();
  }

  @Test
  void aTenantSeesItsOwnAndThePricesAndNothingElse() throws Exception {
    final String ann = board.key("ann", Role.USE);
    final String bob = board.key("bob", Role.DEPLOY);
    final String operator = board.key("ops", Role.ADMINISTER);
    NodeProcess secret = endless(ann, ANN);
    NodeProcess own = endless(bob, BOB);

    assertThat(board.get("/dashboard/v1/me", "").statusCode()).isEqualTo(401);
    assertThat(board.get(LIVE, "bourse_wrong").statusCode()).isEqualTo(401);
    assertThat(board.json("/dashboard/v1/me", bob).path("tenant").asString()).isEqualTo("bob");

    String list = board.json("/dashboard/v1/processes", bob).toString();
    assertThat(list).contains(own.id()).doesNotContain(secret.id()).doesNotContain("\"ann\"");
    assertThat(board.json("/dashboard/v1/processes", operator).toString())
        .contains(own.id(), secret.id());

    String path = "/dashboard/v1/processes/" + secret.id();
    for (String hidden : List.of(path, path + "/output")) {
      HttpResponse<String> response = board.get(hidden, bob);
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body()).contains("NOT_FOUND");
    }
    assertThat(board.send("DELETE", path, bob).statusCode()).isEqualTo(404);
    assertThat(secret.end()).isEmpty();

    try (TestBoard.Stream live = board.stream(LIVE, bob)) {
      String hello = live.next().data().toString();
      assertThat(hello).doesNotContain(secret.id());
      boolean seen = false;
      for (int i = 0; i < 4; i++) {
        JsonNode view = live.next().data();
        assertThat(view.toString()).doesNotContain(secret.id()).doesNotContain("\"ann\"");
        assertThat(view.has("minted")).isFalse();
        assertThat(view.has("treasury")).isFalse();
        assertThat(view.path("point").has("slot")).isTrue();
        for (JsonNode batch : view.path("batches")) {
          seen |= batch.path("contexts").asInt() > batch.path("parts").size();
        }
      }
      assertThat(seen).as("steps with others in them, of whom only the number is told").isTrue();
    }
    try (TestBoard.Stream live = board.stream(LIVE, operator)) {
      assertThat(live.next().name()).isEqualTo("hello");
      assertThat(live.next().data().toString()).contains(secret.id(), own.id());
    }
    assertThat(board.send("DELETE", path, ann).statusCode()).isEqualTo(202);
    assertThat(secret.ended().get(30, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void aRevokedKeyEndsItsStreams() throws Exception {
    board.key("ops", Role.ADMINISTER);
    var created = board.keys().create("ann", Role.USE, "");
    try (TestBoard.Stream live = board.stream(LIVE, created.secret())) {
      assertThat(live.next().name()).isEqualTo("hello");
      assertThat(live.next().name()).isEqualTo("tick");
      var _ = board.keys().revoke(created.key().id());
      assertThat(live.rest().size()).isLessThan(6);
    }
  }

  @Test
  void whatAProcessSaysIsFollowedAndItCanBeStopped() throws Exception {
    NodeProcess process = endless("", Caller.LOCAL);
    String path = "/dashboard/v1/processes/" + process.id();
    try (TestBoard.Stream output = board.stream(path + "/output", "")) {
      for (int i = 0; i < 3; i++) {
        Message said = output.next();
        assertThat(said.name()).isEqualTo("said");
        assertThat(said.data().path("offset").asInt()).isEqualTo(i);
        assertThat(said.data().path("kind").asString()).isEqualTo("message");
      }
      HttpResponse<String> stopped = board.send("DELETE", path, "");
      assertThat(stopped.statusCode()).isEqualTo(202);
      Message over = output.rest().getLast();
      assertThat(over.name()).isEqualTo("over");
      assertThat(over.data().path("outcome").asString()).isEqualTo("terminated");
      assertThat(over.data().path("message").asString()).contains("stopped from the dashboard");
      assertThat(over.data().path("usage").path(TestBoard.MODEL).path("decode").asLong())
          .isPositive();
    }
    try (TestBoard.Stream again = board.stream(path + "/output?from=2", "")) {
      assertThat(again.next().data().path("offset").asInt()).isEqualTo(2);
    }
  }

  /** Whoever looks on and does not read misses events; the process does not wait for it. */
  @Test
  void aViewerThatDoesNotReadHoldsNothingUp() throws Exception {
    NodeProcess process = question(Caller.LOCAL);
    try (var reader = process.log().look(0)) {
      assertThat(process.ended().get(60, TimeUnit.SECONDS)).isNotNull();
      assertThat(process.log().readers()).isZero();
      assertThat(reader.next()).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "1e3", "99999999999999999999"})
  void aMalformedOffsetIsRefused(String from) throws Exception {
    NodeProcess process = question(Caller.LOCAL);
    HttpResponse<String> response =
        board.get("/dashboard/v1/processes/%s/output?from=%s".formatted(process.id(), from), "");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("must be a number from 0");
  }

  @Test
  void whatIsNotThereIsSaidSo() throws Exception {
    Map.of(
            "/dashboard/v1/nothing", 404,
            "/dashboard/v1/processes/px", 404,
            "/dashboard/v1/processes/px/output", 404,
            "/dashboard/v1/processes/px/y", 404,
            "/dashboard/v1/live?model=none", 404)
        .forEach(
            (path, status) -> {
              try {
                HttpResponse<String> response = board.get(path, "");
                assertThat(response.statusCode()).as(path).isEqualTo(status);
                assertThat(TestBoard.JSON.readTree(response.body()).path("error").has("message"))
                    .isTrue();
              } catch (Exception e) {
                throw new AssertionError(path, e);
              }
            });
    assertThat(board.send("POST", "/dashboard/v1/me", "").statusCode()).isEqualTo(400);
  }

  @Test
  void viewersAreBoundedAndThoseWhoLeaveMakeRoom() throws Exception {
    List<TestBoard.Stream> open = new ArrayList<>();
    try {
      for (int i = 0; i < Seats.TENANT_MAX; i++) {
        TestBoard.Stream stream = board.stream(LIVE, "");
        assertThat(stream.response().statusCode()).isEqualTo(200);
        open.add(stream);
      }
      HttpResponse<String> refused = board.get(LIVE, "");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body()).contains("as many as it may");
    } finally {
      for (TestBoard.Stream stream : open) {
        stream.close();
      }
    }
    while (board.dashboard().streams() > 0) {
      Thread.sleep(20);
    }
    try (TestBoard.Stream stream = board.stream(LIVE, "")) {
      assertThat(stream.response().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void seatsOfAllTenantsTogetherAreBounded() {
    Seats seats = new Seats();
    List<Seats.Seat> taken = new ArrayList<>();
    for (int i = 0; i < Seats.ALL_MAX; i++) {
      taken.add(seats.take("tenant-" + i / Seats.TENANT_MAX));
    }
    assertThat(catchThrowable(() -> seats.take("another")))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("as many as this server has");
    taken.forEach(Seats.Seat::close);
    assertThat(seats.taken()).isZero();
    seats.take("another").close();
  }
}
