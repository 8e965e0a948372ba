package dev.bourse.host.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bourse.host.http.Network;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.http.RawServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions with servers that are honest, slow, broken or hostile; each a real one. */
class McpSessionTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(3);

  private final Network network = new Network(NetworkSettings.DEFAULT);

  @AfterEach
  void nothingIsLeft() throws InterruptedException {
    network.close();
    assertThat(network.openConnections()).isZero();
    for (int i = 0; serverThreads() > 0; i++) {
      assertThat(i).as("threads of servers").isLessThan(1000);
      Thread.sleep(10);
    }
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  private static long serverThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("bourse-mcp"))
        .count();
  }

  /** The command that starts {@link FakeMcpServer}. */
  static McpServer.Program program(String way) {
    try {
      Path classes =
          Path.of(FakeMcpServer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new McpServer.Program(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-Xmx64m",
              "-cp",
              classes.toString(),
              FakeMcpServer.class.getName(),
              way),
          Map.of());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private McpServers servers(McpServer server, Duration timeout) {
    return new McpServers(
        McpSettings.DEFAULT.withServers(Map.of("it", server)).withTimeout(timeout), network);
  }

  private static McpException failure(ThrowingCall call) {
    McpException e = catchThrowableOfType(McpException.class, call::run);
    assertThat(e).isNotNull();
    return e;
  }

  private interface ThrowingCall {
    Object run() throws Exception;
  }

  /** How a session's tools/list fails with a server that breaks in that way. */
  private McpException breaks(String way, Duration timeout) throws Exception {
    McpServers servers = servers(program(way), timeout);
    McpSession session = servers.connect("it");
    try {
      return failure(session::listTools);
    } finally {
      session.close();
      session.close();
      assertThat(servers.openSessions()).isZero();
    }
  }

  @Test
  void everyCallOfAnHonestServer() throws Exception {
    McpServers servers = servers(program("honest"), LONG);
    try (McpSession session = servers.connect("it")) {
      assertThat(servers.openSessions()).isOne();
      assertThat(session.listTools())
          .isEqualTo("{\"tools\":[{\"name\":\"first\"},{\"name\":\"second\"}]}");
      assertThat(session.callTool("a\"b\nc", "{\"x\":[1,2.5,null,\"日\"]}"))
          .isEqualTo(
              "{\"content\":[{\"type\":\"text\",\"text\":\"é\"}],\"got\":{\"name\":\"a\\\"b\\nc\","
                  + "\"arguments\":{\"x\":[1,2.5,null,\"日\"]}}}");
      assertThat(session.listResources()).isEqualTo("{\"resources\":[]}");
      assertThat(session.readResource("file:///x")).contains("\"uri\":\"file:///x\"");
      assertThat(session.listPrompts()).isEqualTo("{\"prompts\":[]}");
      McpException refused = failure(() -> session.getPrompt("p", "{}"));
      assertThat(refused.code()).isEqualTo(-7);
      assertThat(refused).hasMessage("not today");
      assertThat(refused.data()).contains("{\"why\":1}");
      for (String arguments : List.of("", "[]", "1", "{", "nul", "{\"a\":1} x")) {
        assertThat(failure(() -> session.callTool("t", arguments)).code())
            .as(arguments)
            .isEqualTo(McpException.INVALID_PARAMS);
      }
      assertThat(failure(() -> session.readResource("x".repeat(5 << 20))))
          .hasMessageContaining("at most 4194304 are sent");
    }
    assertThat(servers.openSessions()).isZero();
  }

  @Test
  void aServerMayAskInBetween() throws Exception {
    try (McpSession session = servers(program("ask"), LONG).connect("it")) {
      assertThat(session.listTools())
          .contains("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{}}")
          .contains("\"id\":77,\"error\":{\"code\":-32601");
    }
  }

  @Test
  void aServerThatIsNotThereOrRefuses() throws Exception {
    McpServers none = servers(new McpServer.Program(List.of("/no/such/thing"), Map.of()), LONG);
    assertThat(failure(() -> none.connect("it"))).hasMessageContaining("it cannot be started");
    assertThat(failure(() -> none.connect("other")))
        .hasMessage("there is no server \"other\"; the configuration has it");
    McpServers refusing = servers(program("refuse"), LONG);
    assertThat(failure(() -> refusing.connect("it"))).hasMessage("not today");
    McpServers old = servers(program("old"), LONG);
    assertThat(failure(() -> old.connect("it")))
        .hasMessageContaining("speaks revision \"1999-01-01\"");
    McpServers no = servers(new McpServer.Program(List.of("true"), Map.of()), LONG);
    assertThat(failure(() -> no.connect("it")).code()).isEqualTo(McpException.SERVER_FAILED);
    for (McpServers servers : List.of(none, refusing, old, no)) {
      assertThat(servers.openSessions()).isZero();
    }
  }

  @Test
  void aServerThatSaysNothingEndsInAnError() throws Exception {
    McpServers silent = servers(new McpServer.Program(List.of("sleep", "1000"), Map.of()), SHORT);
    assertThat(failure(() -> silent.connect("it")))
        .hasMessage("it did not answer initialize within 3000 ms");
    assertThat(silent.openSessions()).isZero();
  }

  @Test
  void aServerThatHangsLaterEndsInAnError() throws Exception {
    assertThat(breaks("hang", Duration.ofSeconds(10)).code()).isEqualTo(McpException.TIMED_OUT);
  }

  @Test
  void aServerThatDiesSaysWhatItSaidLast() throws Exception {
    assertThat(breaks("die", LONG)).hasMessage("the server ended: out of coffee");
  }

  @Test
  void aServerThatFloodsIsCutOff() throws Exception {
    assertThat(breaks("flood", LONG)).hasMessageContaining("a message of more than 4194304 bytes");
    assertThat(breaks("chatter", Duration.ofSeconds(10)).code()).isEqualTo(McpException.TIMED_OUT);
    assertThat(breaks("nag", LONG)).hasMessage("the server asks more than it reads answers");
    assertThat(breaks("cursor", LONG)).hasMessageContaining("has more than 100 pages");
  }

  @Test
  void aServerThatLiesIsNotBelieved() throws Exception {
    assertThat(breaks("garble", LONG)).hasMessageContaining("this is not JSON");
    assertThat(breaks("deep", LONG).code()).isEqualTo(McpException.SERVER_FAILED);
    assertThat(breaks("twist", LONG)).hasMessageContaining("neither a result nor an error");
  }

  @Test
  void whatAServerHasStartedEndsWithIt() throws Exception {
    McpServers servers = servers(program("parent"), LONG);
    List<ProcessHandle> started = new ArrayList<>();
    try (McpSession session = servers.connect("it")) {
      assertThat(session).isNotNull();
      ProcessHandle.current().descendants().forEach(started::add);
      assertThat(started).hasSizeGreaterThanOrEqualTo(2);
    }
    for (ProcessHandle process : started) {
      process.onExit().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aWaitCanBeInterrupted() throws Exception {
    McpServers servers = servers(program("hang"), LONG);
    try (McpSession session = servers.connect("it")) {
      Thread.currentThread().interrupt();
      assertThat(catchThrowableOfType(InterruptedException.class, session::listTools)).isNotNull();
      Thread.currentThread().interrupt();
    }
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aServerSeesNothingOfTheEnvironmentThatIsNotItsOwn() throws Exception {
    McpServer.Program printing =
        new McpServer.Program(
            List.of("sh", "-c", "env >&2; exit 1"), Map.of("TOKEN_FOR_IT", "yes"));
    McpException ended = failure(() -> servers(printing, LONG).connect("it"));
    assertThat(ended.getMessage()).contains("TOKEN_FOR_IT=yes").doesNotContain("JAVA_HOME");
  }

  // Streamable HTTP

  /** An honest server; answers to tools/list are events, all others plain JSON. */
  private static HttpServer http(List<String> seen) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext(
        "/mcp",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          seen.add(
              "%s %s %s %s"
                  .formatted(
                      exchange.getRequestMethod(),
                      exchange.getRequestHeaders().getFirst("Mcp-Session-Id"),
                      exchange.getRequestHeaders().getFirst("Mcp-Protocol-Version"),
                      exchange.getRequestHeaders().getFirst("Authorization")));
          answer(exchange, body);
        });
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, String body) throws IOException {
    Matcher id = Pattern.compile("\"id\":(\\d+)").matcher(body);
    if (!body.contains("\"method\"") || !id.find()) {
      exchange.sendResponseHeaders(202, -1);
      exchange.close();
      return;
    }
    String result = "{\"protocolVersion\":\"2025-06-18\"}";
    if (body.contains("tools/list")) {
      result = "{\"tools\":[{\"name\":\"t\"}]}";
    }
    String message = "{\"jsonrpc\":\"2.0\",\"id\":" + id.group(1) + ",\"result\":" + result + "}";
    exchange.getResponseHeaders().set("Mcp-Session-Id", "s-1");
    boolean events = body.contains("tools/list");
    exchange
        .getResponseHeaders()
        .set("Content-Type", events ? "text/event-stream" : "application/json; charset=utf-8");
    String text =
        events
            ? ": hello\r\nevent: message\r\ndata: {\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}"
                + "\r\n\r\ndata: "
                + message.replace(",", ",\r\ndata: ")
                + "\r\n\r\n"
            : message;
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(text.getBytes(UTF_8));
    exchange.close();
  }

  private static McpServer.Address address(int port) {
    return new McpServer.Address(
        URI.create("http://127.0.0.1:" + port + "/mcp"), Map.of("Authorization", "Bearer x"));
  }

  @Test
  void aSessionOverHttpWithJsonAndEvents() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer server = http(seen);
    try {
      McpServers servers = servers(address(server.getAddress().getPort()), LONG);
      try (McpSession session = servers.connect("it")) {
        assertThat(session.listTools()).isEqualTo("{\"tools\":[{\"name\":\"t\"}]}");
      }
      assertThat(servers.openSessions()).isZero();
      assertThat(seen)
          .containsExactly(
              "POST null null Bearer x", // initialize
              "POST s-1 2025-06-18 Bearer x", // initialized
              "POST s-1 2025-06-18 Bearer x", // tools/list
              "POST s-1 2025-06-18 Bearer x", // the answer to the ping
              "DELETE s-1 2025-06-18 Bearer x");
    } finally {
      server.stop(0);
    }
  }

  private static String json(String type, String text) {
    return "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n%s".formatted(type, text);
  }

  @Test
  void brokenServersOverHttpEndInErrors() throws Exception {
    Map<String, String> broken =
        Map.ofEntries(
            Map.entry("", "it: the server closed the connection"),
            Map.entry("HTTP/1.1 500 X\r\n\r\nno", "it: status 500 (no)"),
            Map.entry("HTTP/1.1 302 X\r\nLocation: http://127.0.0.1/\r\n\r\n", "it: status 302"),
            Map.entry("HTTP/1.1 202 X\r\nContent-Length: 0\r\n\r\n", "content type of a response"),
            Map.entry(json("text/html", "<p>"), "content type of a response is \"text/html\""),
            Map.entry(json("application/json", "<p>"), "not a message of JSON-RPC: <p>"),
            Map.entry(json("application/json", "{}"), "gave no response to a request"),
            Map.entry(json("text/event-stream", "data: {}\n\n"), "gave no response to a request"),
            Map.entry(json("text/event-stream", "data: <\n\n"), "not a message of JSON-RPC: <"),
            Map.entry(
                json("application/json", "x".repeat(5 << 20)), "a message of more than 4194304"),
            Map.entry(
                json("text/event-stream", "data: " + "x".repeat(5 << 20)),
                "an event of more than 4194304"));
    for (Map.Entry<String, String> entry : broken.entrySet()) {
      try (RawServer server =
          new RawServer(
              (head, in, out) -> {
                StringBuilder body = new StringBuilder();
                while (!body.toString().endsWith("\r\n0\r\n\r\n")) {
                  body.append((char) in.read());
                }
                out.write(entry.getKey().getBytes(UTF_8));
              })) {
        McpServers servers = servers(address(server.port()), LONG);
        assertThat(failure(() -> servers.connect("it")))
            .as(entry.getValue())
            .hasMessageContaining(entry.getValue());
        assertThat(servers.openSessions()).isZero();
      }
    }
  }

  @Test
  void aServerOverHttpThatHangsOrNeverEndsIsGivenUp() throws Exception {
    for (String begin :
        List.of("", "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: wait\n\n")) {
      try (RawServer server =
          new RawServer(
              (head, in, out) -> {
                while (true) {
                  out.write(begin.getBytes(UTF_8));
                  out.flush();
                  pause();
                }
              })) {
        McpServers servers = servers(address(server.port()), SHORT);
        assertThat(failure(() -> servers.connect("it")).getMessage())
            .matches("(?s).*(did not answer initialize within 3000 ms|sent nothing|in time).*");
        assertThat(servers.openSessions()).isZero();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @Test
  void eventsComeInAnyPieces() throws Exception {
    String text =
        ":c\ndata: a\ndata:b\n\ndata\ndata: é\r\n\r\nid: 1\n\ndata: x\r\rdata: unfinished";
    for (int size = 1; size < 10; size++) {
      EventReader reader = new EventReader(100);
      List<String> events = new ArrayList<>();
      byte[] bytes = text.getBytes(UTF_8);
      for (int i = 0; i < bytes.length; i += size) {
        events.addAll(reader.add(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + size))));
      }
      assertThat(events).as("pieces of " + size).containsExactly("a\nb", "\né", "x");
    }
  }
}
