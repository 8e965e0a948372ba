package dev.bourse.server.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.http.BodyPipe;
import dev.bourse.host.http.Fields;
import dev.bourse.host.http.HttpServer;
import dev.bourse.host.http.Response;
import dev.bourse.host.http.ServedRequest;
import dev.bourse.host.process.Outcome;
import dev.bourse.server.TestNode;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.ApiKeys;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Quotas;
import dev.bourse.server.access.Role;
import dev.bourse.server.node.Event;
import dev.bourse.server.node.EventLog;
import dev.bourse.server.node.Launch;
import dev.bourse.server.node.NodeProcess;
import dev.bourse.server.node.NodeSettings;
import dev.bourse.server.web.OwnMachine;
import dev.bourse.server.web.Router;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that answer HTTP requests, asked over real connections. */
@Timeout(120)
class AppsTest {
  private static final Path GUESTS = Path.of("src/test/resources/guests");
  private static final Path HELLO = Path.of("../../examples/endpoint-in-wat/endpoint-in-wat.wasm");
  private static final Caller ANN = new Caller("ann", Role.DEPLOY, "a");
  private static final int PROCESSES_MAX = 250;
  private static final Duration BEGIN_MAX = Duration.ofSeconds(3);

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private TestNode node;
  private ApiKeys keys;
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    node = TestNode.start(folder, NodeSettings.DEFAULT.withProcessesPerTenant(PROCESSES_MAX));
    keys = new ApiKeys(folder.resolve("keys.toml"), Clock.systemUTC());
    Access access = new Access(keys);
    server =
        new HttpServer(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
            new HttpServer.Terms(400, Duration.ofSeconds(60)),
            new OwnMachine(
                access::isOpen,
                new Router()
                    .handle(
                        Apps.PATH,
                        new Apps(node.node(), new Admission(access, Quotas.DEFAULT), BEGIN_MAX))));
    deploy(Caller.LOCAL, "hello", HELLO);
    deploy(Caller.LOCAL, "echo", GUESTS.resolve("echo-endpoint.wasm"));
    deploy(Caller.LOCAL, "silent", GUESTS.resolve("silent-endpoint.wasm"));
    deploy(Caller.LOCAL, "talking", GUESTS.resolve("talking-endpoint.wasm"));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    node.close();
  }

  private void deploy(Caller caller, String name, Path wasm) throws Exception {
    String manifest =
        """
        name = "%s"
        version = "0.1.0"
        description = "An endpoint."
        entry = "wasi:http/incoming-handler@0.2.0#handle"
        """
            .formatted(name);
    var _ = node.node().deploy(caller, manifest, Files.readAllBytes(wasm), false);
  }

  /** One that is run, and answers no requests. */
  private void deployTalker() throws Exception {
    var _ =
        node.node()
            .deploy(
                Caller.LOCAL,
                "name = \"talker\"\nversion = \"0.1.0\"\ndescription = \"Talks.\"\n",
                Files.readAllBytes(GUESTS.resolve("talker.wasm")),
                false);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private HttpResponse<String> get(String path, String... fields) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
    for (int i = 0; i < fields.length; i += 2) {
      request.header(fields[i], fields[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private List<NodeProcess> running() {
    return node.node().processes(Caller.LOCAL, false, false);
  }

  private void untilNoneRuns() throws InterruptedException {
    while (!running().isEmpty()) {
      Thread.sleep(20);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/apps/hello/",
        "/apps/hello/any?q=1",
        "/apps/hello@0.1.0/",
        "/apps/hello%40%5E0.1/"
      })
  void aProgramAnswersBelowItsName(String path) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("Hello from an inferlet.\n");
    assertThat(response.headers().firstValue("content-security-policy").orElseThrow())
        .startsWith("sandbox")
        .doesNotContain("allow-same-origin");
  }

  @Test
  void everyRequestIsAProcessOfItsOwnThatIsListedWithItsProgramAndWhatItPrinted() throws Exception {
    HttpResponse<String> first = get("/apps/talking/");
    assertThat(first.statusCode()).isEqualTo(204);
    String id = first.headers().firstValue("bourse-process").orElseThrow();
    assertThat(get("/apps/talking/").headers().firstValue("bourse-process").orElseThrow())
        .isNotEqualTo(id);
    NodeProcess process = node.node().process(Caller.LOCAL, id);
    var _ = process.ended().get(10, TimeUnit.SECONDS);
    assertThat(process.program()).isEqualTo("talking@0.1.0");
    try (EventLog.Reader reader = process.log().read(0)) {
      assertThat(reader.next())
          .isInstanceOfSatisfying(
              EventLog.Next.Said.class,
              said ->
                  assertThat(((Event.Stdout) said.event()).bytes())
                      .isEqualTo("out: asked.\n".getBytes(UTF_8)));
    }
  }

  @Test
  void whoForgetsTheSlashIsSentOn() throws Exception {
    HttpResponse<String> response = get("/apps/hello?q=1");
    assertThat(response.statusCode()).isEqualTo(308);
    assertThat(response.headers().firstValue("location")).contains("/apps/hello/?q=1");
    assertThat(running()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/apps/, 404, say which program",
    "/apps//, 404, say which program",
    "/apps/nothing/, 404, nothing",
    "/apps/hello@9/, 404, hello",
    "/apps/text-completion/, 404, parameter prompt is required",
    "/apps/talker/, 404, no program for requests",
    "/apps/..%2f..%2fetc/, 404, ''",
    "/apps/%00/, 404, ''"
  })
  void whatIsNotThereIsSaidSo(String path, int status, String words) throws Exception {
    deployTalker();
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).isIn(status, 400);
    assertThat(response.body()).contains(words).doesNotContain("Exception", "dev.bourse");
    assertThat(response.headers().firstValue("bourse-reason")).isPresent();
    assertThat(running()).isEmpty();
  }

  @Test
  void aProgramAnswersWhoHasAKeyOfItsTenant() throws Exception {
    deploy(ANN, "secret", HELLO);
    final String ann = "Bearer " + keys.create("ann", Role.USE, "").secret();
    final String bob = "Bearer " + keys.create("bob", Role.ADMINISTER, "").secret();
    HttpResponse<String> none = get("/apps/secret/");
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(none.headers().firstValue("www-authenticate")).contains("Bearer");
    assertThat(get("/apps/secret/", "authorization", "Bearer bourse_x").statusCode())
        .isEqualTo(401);
    assertThat(get("/apps/secret/", "authorization", bob).statusCode()).isEqualTo(404);
    HttpResponse<String> answer = get("/apps/secret/", "authorization", ann);
    assertThat(answer.statusCode()).isEqualTo(200);
    String id = answer.headers().firstValue("bourse-process").orElseThrow();
    assertThat(node.node().process(ANN, id).tenant()).isEqualTo("ann");
  }

  @Test
  void aPageElsewhereCannotUseAnOpenServer() throws Exception {
    assertThat(get("/apps/hello/", "origin", "https://example.org").statusCode()).isEqualTo(403);
    assertThat(get("/apps/hello/", "origin", "null").statusCode()).isEqualTo(403);
  }

  /** What a program sees of a request: not the key, and not what was for the server. */
  @Test
  void secretsAndWhatIsForTheServerDoNotReachTheProgram() {
    Fields fields =
        Fields.received(
            List.of(
                Map.entry("Authorization", "Bearer bourse_secret"),
                Map.entry("authorization", "Basic x"),
                Map.entry("Proxy-Authorization", "Basic y"),
                Map.entry("Bourse-Budget-Tokens", "7"),
                Map.entry("X-Forwarded-Prefix", "/elsewhere"),
                Map.entry("cookie", "a=b"),
                Map.entry("x-own", "1")));
    var asked =
        new ServedRequest(
            "GET",
            "/apps/a%40b@1/x/../y?q=/apps/",
            "http",
            Optional.of("h"),
            fields,
            new BodyPipe());
    AppRequest request = AppRequest.of(asked);
    assertThat(request.program()).isEqualTo("a@b@1");
    var seen = request.forProgram();
    assertThat(seen.path()).isEqualTo("/x/../y?q=/apps/");
    assertThat(seen.fields().entries())
        .containsExactly(
            Map.entry("cookie", "a=b"),
            Map.entry("x-own", "1"),
            Map.entry("x-forwarded-prefix", "/apps/a%40b@1"));
    assertThat(request.launch().budgetTokens()).hasValue(7);
  }

  @Test
  void aProgramDoesNotSpeakForTheServer() {
    Fields fields =
        Fields.received(
            List.of(
                Map.entry("Clear-Site-Data", "\"*\""),
                Map.entry("Alt-Svc", "h3=\":1\""),
                Map.entry("Service-Worker-Allowed", "/"),
                Map.entry("content-security-policy", "default-src 'self'"),
                Map.entry("x-own", "1")));
    NodeProcess process =
        node.node().launch(Caller.LOCAL, Launch.of("text-completion", "{\"prompt\": \"a\"}"));
    Response answer = AppCall.fromProgram(process, new Response(200, fields, new BodyPipe()));
    assertThat(answer.fields().entries())
        .extracting(Map.Entry::getKey)
        .containsExactly(
            "content-security-policy", "x-own", "content-security-policy", "bourse-process");
  }

  @ParameterizedTest
  @CsvSource({
    "bourse-budget-tokens, many, must be a whole number",
    "bourse-budget-tokens, 0, at least 1 token",
    "bourse-budget-credits, -1, must be an amount from 0",
    "bourse-bid-per-token, NaN, must be an amount from 0",
    "bourse-bid-per-page, 1e999, must be an amount from 0",
    "bourse-limit-handles, 0, must be from 1",
    "bourse-limit-nothing, 1, there is no limit",
    "bourse-nothing, 1, there is no header"
  })
  void aFieldThatIsWrongIsRefused(String name, String value, String words) throws Exception {
    HttpResponse<String> response = get("/apps/hello/", name, value);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains(words);
  }

  @Test
  void bidsBudgetsAndLimitsAreTaken() throws Exception {
    HttpResponse<String> response =
        get(
            "/apps/hello/",
            "bourse-budget-tokens",
            "10",
            "bourse-bid-per-token",
            "0.5",
            "bourse-limit-cpu-time-millis",
            "2000");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(get("/apps/hello/", "bourse-budget-credits", "1e15").statusCode()).isEqualTo(429);
  }

  @Test
  void bodiesOfAnySizeGoThrough() throws Exception {
    // The JDK's client reads nothing before it has sent everything, so all of it must find room in
    // the sockets on its way back.
    byte[] much = new byte[1 << 20];
    new Random(1).nextBytes(much);
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(uri("/apps/echo/"))
                .POST(BodyPublishers.ofByteArray(much))
                .build(),
            BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(much);
    untilNoneRuns();
  }

  @Test
  void bothSidesStreamAtTheSameTime() throws Exception {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      send(
          out,
          "POST /apps/echo/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (String word : List.of("first", "second", "third")) {
        send(out, Integer.toHexString(word.length()) + "\r\n" + word + "\r\n");
        readUntil(in, word);
      }
      send(out, "0\r\n\r\n");
      readUntil(in, "0\r\n\r\n");
    }
    untilNoneRuns();
  }

  private static void send(OutputStream out, String text) throws Exception {
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
  }

  private static void readUntil(InputStream in, String end) throws Exception {
    StringBuilder seen = new StringBuilder();
    while (seen.indexOf(end) < 0) {
      int next = in.read();
      assertThat(next).as("after " + seen).isNotNegative();
      seen.append((char) next);
    }
  }

  @Test
  void aClientThatGoesAwayEndsItsProcess() throws Exception {
    NodeProcess process;
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
      send(
          socket.getOutputStream(),
          "POST /apps/echo/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhello");
      readUntil(socket.getInputStream(), "hello");
      process = running().getFirst();
    }
    Outcome outcome = process.ended().get(10, TimeUnit.SECONDS).outcome();
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    assertThat(running()).isEmpty();
  }

  @Test
  void aClientThatGoesAwayBeforeTheAnswerEndsItsProcess() throws Exception {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
      send(socket.getOutputStream(), "GET /apps/silent/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
      while (running().isEmpty()) {
        Thread.sleep(5);
      }
    }
    untilNoneRuns();
  }

  @Test
  void aProgramThatNeverAnswersIsEnded() throws Exception {
    HttpResponse<String> response = get("/apps/silent/");
    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(response.body()).contains("within 3 s");
    untilNoneRuns();
  }

  @Test
  void aLimitOfTheRequestEndsItSooner() throws Exception {
    HttpResponse<String> response = get("/apps/silent/", "bourse-limit-cpu-time-millis", "100");
    assertThat(response.statusCode()).isIn(502, 504);
    untilNoneRuns();
  }

  @Test
  void whatGoesWrongInsideIsForWhoMaySeeTheProcess() throws Exception {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(uri("/apps/silent/")).POST(BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(response.body()).isEqualTo("the program failed and gave no answer\n");
    String id = response.headers().firstValue("bourse-process").orElseThrow();
    Outcome outcome = node.node().process(Caller.LOCAL, id).end().orElseThrow().outcome();
    assertThat(((Outcome.Failed) outcome).message()).contains("unreachable");
  }

  @Test
  void manyAreAnsweredAtOnce() throws Exception {
    int clients = 200;
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      answers.add(
          client.sendAsync(
              HttpRequest.newBuilder(uri("/apps/echo/"))
                  .POST(BodyPublishers.ofString("request " + i))
                  .build(),
              BodyHandlers.ofString()));
    }
    for (int i = 0; i < clients; i++) {
      HttpResponse<String> answer = answers.get(i).get(60, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("request " + i);
    }
    untilNoneRuns();
  }

  @Test
  void theyCountAgainstTheTenantsLimit() throws Exception {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES_MAX; i++) {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port());
        open.add(socket);
        send(
            socket.getOutputStream(),
            "POST /apps/echo/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhello");
      }
      while (running().size() < PROCESSES_MAX) {
        Thread.sleep(10);
      }
      HttpResponse<String> refused = get("/apps/hello/");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body()).contains("as many as it may");
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    untilNoneRuns();
    assertThat(get("/apps/hello/").statusCode()).isEqualTo(200);
  }

  @Test
  void aServerThatStopsAnswersNoMore() throws Exception {
    var _ = node.node().drain(Duration.ZERO);
    HttpResponse<String> response = get("/apps/hello/");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("this server is stopping");
  }
}
