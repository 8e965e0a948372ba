package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.GuestDriver.Calls;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Imports;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitTypes;
import dev.bourse.host.abi.WitTypes.Span;
import dev.bourse.host.http.BodyPipe;
import dev.bourse.host.http.Fields;
import dev.bourse.host.http.HttpServer;
import dev.bourse.host.http.Network;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.http.ServedRequest;
import dev.bourse.host.mcp.McpServers;
import dev.bourse.host.mcp.McpSettings;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.Limits;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.WasmProgram;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Inferlets that answer HTTP requests, asked over real connections by whoever sends any bytes. */
class HttpEndpointTest {
  private static final String TYPES = "wasi:http/types@0.2.0";
  private static final String STREAMS = "wasi:io/streams@0.2.0";

  /** What the guest does with a request and its response-outparam. */
  private interface Answer {
    void to(Calls calls, long request, long out) throws Exception;
  }

  private volatile Answer answer = (c, request, out) -> {};
  private final Network network = new Network(NetworkSettings.DEFAULT);
  private final Imports imports =
      new Imports(
          new OutsideImports(network, new McpServers(McpSettings.DEFAULT, network))::make,
          List.of());
  private final InferletHost host =
      new InferletHost(
          List.of(),
          Optional.empty(),
          List.of(
              new ImportModule("test:drive")
                  .function(
                      "answer",
                      WitTypes.U32,
                      WitTypes.U32,
                      WitTypes.UNIT,
                      (guest, request, out) -> {
                        try {
                          answer.to(new Calls(guest, imports), request, out);
                        } catch (RuntimeException | InterruptedException e) {
                          throw e;
                        } catch (Exception e) {
                          throw new AssertionError(e);
                        }
                        return Unit.UNIT;
                      })),
          network,
          McpSettings.DEFAULT);

  private final WasmProgram program =
      host.programs()
          .load(
              "endpoint.wasm",
              new Wasm()
                  .imports("test:drive", "answer", "i32 i32", "")
                  .memory(16, 256)
                  .bumpAllocator()
                  .function(
                      "wasi:http/incoming-handler@0.2.0#handle",
                      "i32 i32",
                      "",
                      "local.get 0 local.get 1 call 0")
                  .build(),
              Execution.INTERPRETED);

  private final HttpServer server = open();

  private HttpServer open() {
    try {
      return new HttpServer(
          new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
          new HttpServer.Terms(20, Duration.ofSeconds(3)),
          request -> host.handle(LaunchRequest.of(program, "{}"), request));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    assertThat(server.openConnections()).isZero();
    for (int i = 0; !host.processes().isEmpty(); i++) {
      assertThat(i).as("processes left").isLessThan(3000);
      Thread.sleep(10);
    }
    host.close();
    for (int i = 0; serverThreads() > 0; i++) {
      assertThat(i).as("threads left").isLessThan(3000);
      Thread.sleep(10);
    }
  }

  private static long serverThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("bourse-http"))
        .count();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port());
    socket.setSoTimeout(60_000);
    return socket;
  }

  /** What comes back for these bytes, until the server closes. */
  private String ask(String bytes) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (SocketException e) {
      return "reset";
    }
  }

  private static long newResponse(Calls c, int status) throws InterruptedException {
    long response =
        c.call(TYPES, "[constructor]outgoing-response", c.call(TYPES, "[constructor]fields"));
    assertThat(c.call(TYPES, "[method]outgoing-response.set-status-code", response, status))
        .isZero();
    return response;
  }

  private static void set(Calls c, long out, long response) throws InterruptedException {
    c.call(TYPES, "[static]response-outparam.set", out, 0, response, 0, 0, 0, 0, 0, 0);
  }

  private static long ok(Calls c, String function, long self) throws InterruptedException {
    int area = c.room(8);
    c.call(TYPES, function, self, area);
    assertThat(c.u8(area)).isZero();
    return c.i32(area + 4);
  }

  private static String read(Calls c, long stream) throws InterruptedException {
    StringBuilder text = new StringBuilder();
    int area = c.room(16);
    while (true) {
      c.call(STREAMS, "[method]input-stream.blocking-read", stream, 1000, area);
      if (c.u8(area) == 1) {
        return text.toString();
      }
      text.append(c.string(area + 4));
    }
  }

  private static boolean write(Calls c, long stream, String text) throws InterruptedException {
    Span span = c.text(text);
    int area = c.room(16);
    c.call(
        STREAMS,
        "[method]output-stream.blocking-write-and-flush",
        stream,
        span.address(),
        span.count(),
        area);
    return c.u8(area) == 0;
  }

  /** Answers with {@code text} and ends the body. */
  private static void respond(Calls c, long out, int status, String text)
      throws InterruptedException {
    long response = newResponse(c, status);
    long body = ok(c, "[method]outgoing-response.body", response);
    set(c, out, response);
    long stream = ok(c, "[method]outgoing-body.write", body);
    assertThat(write(c, stream, text)).isTrue();
    c.call(STREAMS, "[resource-drop]output-stream", stream);
    int area = c.room(40);
    c.call(TYPES, "[static]outgoing-body.finish", body, 0, 0, area);
    assertThat(c.u8(area)).isZero();
  }

  private static final Answer ECHO =
      (c, request, out) -> {
        int area = c.room(16);
        c.call(TYPES, "[method]incoming-request.path-with-query", request, area);
        String path = c.string(area + 4);
        c.call(TYPES, "[method]incoming-request.authority", request, area);
        String authority = c.u8(area) == 0 ? "-" : c.string(area + 4);
        c.call(TYPES, "[method]incoming-request.method", request, area);
        int method = c.u8(area);
        c.call(TYPES, "[method]incoming-request.scheme", request, area);
        assertThat(List.of(c.u8(area), c.u8(area + 4))).containsExactly(1, 0);
        long body = ok(c, "[method]incoming-request.consume", request);
        String text = read(c, ok(c, "[method]incoming-body.stream", body));
        respond(c, out, 200, "%d %s %s [%s]".formatted(method, path, authority, text));
      };

  @Test
  void aRequestIsAnsweredByAProcessOfItsOwn() throws Exception {
    answer = ECHO;
    String chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertThat(
            ask(
                "POST /a?b=c HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\n"
                    + "Content-Length: 5\r\n\r\nhello"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("connection: close")
        .contains("2 /a?b=c h:1 [hello]")
        .endsWith("\r\n0\r\n\r\n");
    assertThat(
            ask(
                chunked
                    + String.join("\r\n", List.of("3", "abc", "2", "de", "0", "X-T: 1", "", ""))))
        .contains("2 / h [abcde]");
  }

  @Test
  void aConnectionMayAskAgain() throws Exception {
    answer = ECHO;
    try (Socket socket = connect()) {
      for (int i = 0; i < 3; i++) {
        socket
            .getOutputStream()
            .write(("GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(ISO_8859_1));
        assertThat(until(socket.getInputStream(), "\r\n0\r\n\r\n")).contains("0 /" + i + " h []");
        socket
            .getOutputStream()
            .write(
                ("POST /" + i + " HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nab" + i)
                    .getBytes(ISO_8859_1));
        assertThat(until(socket.getInputStream(), "\r\n0\r\n\r\n"))
            .contains("2 /" + i + " h [ab" + i + "]")
            .doesNotContain("connection: close");
      }
    }
  }

  private static String until(InputStream in, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      int next = in.read();
      assertThat(next).as(text.toString()).isNotNegative();
      text.append((char) next);
    }
    return text.toString();
  }

  /** Each of them could be read in two ways by two servers, so none is answered twice. */
  @Test
  void requestsThatHideAnotherAreAnsweredOnceAtMost() throws Exception {
    answer = ECHO;
    String hidden = "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n";
    for (String first :
        List.of(
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
            "GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\n folded: x\r\n\r\n",
            "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
            "nonsense\r\n\r\n",
            "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nX: " + "a".repeat(60_000) + "\r\n\r\n")) {
      String answers = ask(first + hidden);
      assertThat(answers)
          .as(first.substring(0, Math.min(first.length(), 90)))
          .doesNotContain("hidden h []");
    }
  }

  @Test
  void aGuestThatFailsOrSaysNothingIsAnErrorOfTheServer() throws Exception {
    assertThat(ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n"))
        .startsWith("HTTP/1.1 500 ")
        .contains("the inferlet gave no response to the request");
    answer =
        (c, request, out) -> {
          throw new GuestTrap("broken");
        };
    assertThat(ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")).startsWith("HTTP/1.1 500 ");
    answer =
        (c, request, out) ->
            c.call(TYPES, "[static]response-outparam.set", out, 1, 33, 0, 0, 0, 0, 0, 0);
    assertThat(ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")).startsWith("HTTP/1.1 504 ");
  }

  @Test
  void aBodyThatIsDroppedIsSeenToBeIncomplete() throws Exception {
    answer =
        (c, request, out) -> {
          long response = newResponse(c, 200);
          long body = ok(c, "[method]outgoing-response.body", response);
          set(c, out, response);
          assertThat(write(c, ok(c, "[method]outgoing-body.write", body), "half")).isTrue();
        };
    assertThat(ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n"))
        .contains("half")
        .doesNotEndWith("\r\n0\r\n\r\n");
  }

  @Test
  void aClientThatGoesAwayStopsItsProcess() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    answer =
        (c, request, out) -> {
          begun.countDown();
          new CountDownLatch(1).await();
        };
    try (Socket socket = connect()) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(ISO_8859_1));
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(host.processes()).hasSize(1);
    }
    for (int i = 0; !host.processes().isEmpty(); i++) {
      assertThat(i).isLessThan(3000);
      Thread.sleep(10);
    }
  }

  @Test
  void aClientThatDoesNotReadStopsTheWriterAndIsClosed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    answer =
        (c, request, out) -> {
          long response = newResponse(c, 200);
          long body = ok(c, "[method]outgoing-response.body", response);
          set(c, out, response);
          long stream = ok(c, "[method]outgoing-body.write", body);
          Span span = c.text("x".repeat(60_000));
          int area = c.room(16);
          do {
            c.call(
                STREAMS,
                "[method]output-stream.blocking-write-and-flush",
                stream,
                span.address(),
                span.count(),
                area);
          } while (c.u8(area) == 0);
          closed.countDown();
        };
    try (Socket socket = connect()) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(ISO_8859_1));
      for (int i = 0; !host.processes().isEmpty() || i == 0; i++) {
        assertThat(i).isLessThan(6000);
        Thread.sleep(10);
      }
    }
  }

  @Test
  void clientsThatNeverFinishAreClosedAndThoseBeyondTheLimitAtOnce() throws Exception {
    answer = ECHO;
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Socket socket = connect();
      socket.getOutputStream().write("POST / HTTP/1.1\r\nHost: h\r\n".getBytes(ISO_8859_1));
      sockets.add(socket);
    }
    assertThat(server.openConnections()).isLessThanOrEqualTo(20);
    for (Socket socket : sockets) {
      try (socket) {
        assertThat(socket.getInputStream().readAllBytes()).isEmpty();
      } catch (SocketException e) {
        assertThat(e).hasMessageContaining("reset"); // Closed while it was still sending.
      }
    }
    assertThat(host.processes()).isEmpty();
  }

  @Test
  void aProgramIsEitherAnEndpointOrRun() throws Exception {
    assertThat(
            failure(TestHosts.run(host, endpoint(), Execution.INTERPRETED, Limits.DEFAULT))
                .message())
        .contains("it answers HTTP requests and nothing else");
    WasmProgram plain =
        host.programs().load("plain.wasm", TestHosts.guest("").build(), Execution.INTERPRETED);
    assertThatThrownBy(
            () ->
                host.handle(
                    LaunchRequest.of(plain, "{}"),
                    new ServedRequest(
                        "GET", "/", "http", Optional.empty(), new Fields(), new BodyPipe())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("plain.wasm does not export wasi:http/incoming-handler");
    assertThatThrownBy(
            () ->
                new HttpServer(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.port()),
                    HttpServer.Terms.DEFAULT,
                    request -> host.handle(LaunchRequest.of(program, "{}"), request)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen at");
  }

  private static byte[] endpoint() {
    return new Wasm()
        .memory(1, 1)
        .function("cm32p2|wasi:http/incoming-handler@0.2|handle", "i32 i32", "", "")
        .build();
  }
}
