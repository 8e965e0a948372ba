package dev.bourse.server.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Quotas;
import dev.bourse.server.access.Role;
import dev.bourse.server.access.TenantLimits;
import dev.bourse.server.access.TenantLimits.Rate;
import dev.bourse.server.logs.AccessLog;
import dev.bourse.server.logs.ServerLog;
import dev.bourse.server.node.NodeProcess;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every request gets, whatever it asks. */
@Timeout(120)
class RequestsTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final String CHAT = "/v1/chat/completions";
  private static final String HELLO =
      "{\"model\":\"Pocket Chat 5M\",\"max_tokens\":2,"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

  @TempDir static Path folder;
  private static TestServer server;
  private static String ann;
  private static String few;

  @BeforeAll
  static void start() {
    TenantLimits limits = new TenantLimits(9, new Rate(0.001, 2), new Rate(0.001, 6), 3);
    Quotas quotas = new Quotas(Map.of("few", limits), TenantLimits.DEFAULT);
    server = new TestServer(folder, quotas, Duration.ofSeconds(1), List.of(new AccessLog()));
    ann = server.key("ann", Role.ADMINISTER);
    few = server.key("few", Role.USE);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String field(HttpResponse<String> response, String name) {
    return String.join(", ", response.headers().allValues(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models",
        "/v1/nothing",
        "/nothing",
        "/healthz",
        "/",
        "/metrics",
        "/v1/models/x"
      })
  void everyAnswerHasTheIdThatWasSent(String path) throws Exception {
    for (String key : List.of(ann, "", "wrong")) {
      HttpResponse<String> response =
          server.send(server.request(path, key).header("x-request-id", "my-id_1.2:3"));
      assertThat(field(response, "x-request-id")).isEqualTo("my-id_1.2:3");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "\"quoted\"", "ü", "<script>"})
  void anIdThatIsNotSaneIsReplaced(String id) throws Exception {
    HttpResponse<String> response =
        server.send(server.request("/healthz", "").header("x-request-id", id));
    assertThat(field(response, "x-request-id")).matches("req_[0-9a-f]{24}");
  }

  @Test
  void everyRequestHasAnIdOfItsOwn() throws Exception {
    assertThat(field(server.get("/healthz", ""), "x-request-id"))
        .isNotEqualTo(field(server.get("/healthz", ""), "x-request-id"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
      })
  void whatIsNoRequestIsAnsweredWithAnId(String request) throws Exception {
    assertThat(raw(request)).startsWith("HTTP/1.1 400 ").contains("\r\nx-request-id: req_");
  }

  @Test
  void headsHaveALimit() throws Exception {
    assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\nx: " + "y".repeat(40_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ")
        .contains("\r\nx-request-id: req_");
    assertThat(raw("GET /" + "y".repeat(10_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
        .startsWith("HTTP/1.1 414 ");
  }

  private static String raw(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  @Test
  void aBodyThatDoesNotGoOnIsATimeout() throws Exception {
    String answer =
        raw(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                + ann
                + "\r\nContent-Length: 1000\r\n\r\n{\"model\":");
    assertThat(answer)
        .startsWith("HTTP/1.1 408 ")
        .contains("\r\nx-request-id: req_")
        .contains("\"code\":\"request_timeout\"");
    // Another request on the same connection was never read.
    assertThat(answer).contains("connection: close");
  }

  @Test
  void aTraceIsPassedOn() throws Exception {
    HttpResponse<String> response =
        server.send(
            server
                .request(CHAT, ann)
                .header("traceparent", PARENT)
                .header("tracestate", "a=1,b=2")
                .header("x-request-id", "traced")
                .POST(HttpRequest.BodyPublishers.ofString(HELLO)));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(field(response, "traceparent")).isEqualTo(PARENT);
    assertThat(field(response, "tracestate")).isEqualTo("a=1,b=2");
    NodeProcess process =
        server
            .served()
            .node()
            .processes(new Caller("ann", Role.ADMINISTER, "test"), false, true)
            .stream()
            .filter(found -> found.request().equals("traced"))
            .findFirst()
            .orElseThrow();
    assertThat(process.trace().orElseThrow().parent()).isEqualTo(PARENT);
    HttpResponse<String> wrong =
        server.send(server.request("/v1/models", ann).header("traceparent", PARENT + "x"));
    assertThat(wrong.headers().firstValue("traceparent")).isEmpty();
  }

  @Test
  void whoAsksTooMuchIsToldWhenToAskAgain() throws Exception {
    HttpResponse<String> first = server.post(CHAT, few, HELLO);
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(field(first, "x-ratelimit-limit-requests")).isEqualTo("6");
    assertThat(field(first, "x-ratelimit-remaining-requests")).isEqualTo("5");
    assertThat(field(first, "x-ratelimit-reset-requests")).matches("\\d+ms");
    assertThat(server.post(CHAT, few, HELLO).statusCode()).isEqualTo(200);
    HttpResponse<String> launches = server.post(CHAT, few, HELLO);
    assertThat(launches.statusCode()).isEqualTo(429);
    assertThat(launches.body())
        .contains("\"type\":\"rate_limit_error\"", "\"code\":\"rate_limit_exceeded\"")
        .contains("tenant few makes more launches than it may");
    assertThat(server.get("/v1/models", few).statusCode()).isEqualTo(200);
    assertThat(server.get("/v1/models", few).statusCode()).isEqualTo(200);
    assertThat(server.get("/v1/models", few).statusCode()).isEqualTo(200);
    HttpResponse<String> requests = server.get("/v1/models", few);
    assertThat(requests.statusCode()).isEqualTo(429);
    assertThat(Long.parseLong(field(requests, "retry-after"))).isBetween(900L, 1_000L);
    assertThat(Long.parseLong(field(requests, "retry-after-ms"))).isBetween(900_000L, 1_000_000L);
    assertThat(field(requests, "x-ratelimit-remaining-requests")).isEqualTo("0");
    assertThat(server.get("/v1/models", ann).statusCode()).as("another tenant").isEqualTo(200);
    assertThat(server.get("/metrics", ann).body())
        .containsPattern("bourse_limited_requests_total\\{limit=\"requests-per-second\"} [1-9]");
    assertThat(server.admission().open("few")).isZero();
  }

  @Test
  void whatIsLoggedHasNoSecrets() throws Exception {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    try (ServerLog log = ServerLog.start("json", "debug", lines::writeBytes)) {
      server.send(
          server
              .request("/v1/models?api_key=" + ann + "&x=hidden-in-query", ann)
              .header("cookie", "hidden-in-cookie")
              .header("traceparent", PARENT)
              .header("x-request-id", "logged"));
      var _ = server.get("/v1/models", "hidden-wrong-key");
      var _ = server.post(CHAT, ann, HELLO.replace("Hi", "hidden in a prompt"));
      assertThat(log.dropped()).isZero();
    }
    String text = lines.toString(UTF_8);
    assertThat(text)
        .doesNotContain(ann)
        .doesNotContain(ann.substring(8))
        .doesNotContain("hidden")
        .contains("\"path\":\"/v1/models\",\"status\":\"200\"")
        .contains("\"request\":\"logged\",\"trace\":\"0af7651916cd43dd8448eb211c80319c\"")
        .contains("\"tenant\":\"ann\"", "\"status\":\"401\"");
    assertThat(text.lines()).allSatisfy(line -> assertThat(line).startsWith("{\"time\":"));
    assertThat(text.lines().filter(line -> line.contains(CHAT)))
        .singleElement()
        .asString()
        .containsPattern("\"process\":\"p[0-9a-z]+\"");
  }

  @Test
  void aProbeIsToldWhyNoWorkIsTaken() throws Exception {
    assertThat(server.get("/readyz", "").statusCode()).isEqualTo(200);
    server.health().is("stopping");
    try {
      HttpResponse<String> response = server.get("/readyz", "");
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).isEqualTo("{\"ready\":false,\"reasons\":[\"stopping\"]}");
      assertThat(server.get("/healthz", "").statusCode()).isEqualTo(200);
    } finally {
      server.health().isServing();
    }
    assertThat(server.get("/readyz", "").body()).isEqualTo("{\"ready\":true,\"reasons\":[]}");
  }
}
