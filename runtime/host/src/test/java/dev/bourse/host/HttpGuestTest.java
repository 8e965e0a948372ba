package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static dev.bourse.host.TestHosts.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.GuestDriver.Calls;
import dev.bourse.host.abi.WitTypes.Span;
import dev.bourse.host.http.AllowList;
import dev.bourse.host.http.HttpError.Code;
import dev.bourse.host.http.Network;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.http.RawServer;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Outcome.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The imports of {@code wasi:http} as guests call them: values, errors, and what is held. */
class HttpGuestTest {
  private static final String TYPES = "wasi:http/types@0.2.3";
  private static final String HANDLER = "wasi:http/outgoing-handler@0.2.3";
  private static final String STREAMS = "wasi:io/streams@0.2.3";
  private static final Capabilities NETWORK = Capabilities.of(Capability.NETWORK);

  private RawServer server = failing();
  private Network network = new Network(NetworkSettings.DEFAULT);
  private GuestDriver driver = new GuestDriver(network);

  private static RawServer failing() {
    try {
      return RawServer.of("");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void open() {
    serve(RawServerAnswers.text("HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello"));
  }

  private void serve(RawServer.Answer answer) {
    close();
    try {
      server = new RawServer(answer);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    network =
        new Network(NetworkSettings.DEFAULT.withAllow(AllowList.of(List.of(server.authority()))));
    driver = new GuestDriver(network);
  }

  @AfterEach
  void close() {
    assertThat(network.openConnections()).isZero();
    driver.close();
    server.close();
  }

  /** Answers that tests share. */
  private static final class RawServerAnswers {
    static RawServer.Answer text(String text) {
      return (head, in, out) -> out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private void passes(GuestDriver.Script script) throws Exception {
    result(driver.run(NETWORK, script));
  }

  private static long request(Calls c, String method, String authority, String path)
      throws InterruptedException {
    long request =
        c.call(TYPES, "[constructor]outgoing-request", c.call(TYPES, "[constructor]fields"));
    int discriminant = method.equals("GET") ? 0 : 2;
    assertThat(c.call(TYPES, "[method]outgoing-request.set-method", request, discriminant, 0, 0))
        .isZero();
    assertThat(c.call(TYPES, "[method]outgoing-request.set-scheme", request, 1, 0, 0, 0)).isZero();
    assertThat(setText(c, "authority", request, authority)).isZero();
    assertThat(setText(c, "path-with-query", request, path)).isZero();
    return request;
  }

  private static long setText(Calls c, String what, long request, String text)
      throws InterruptedException {
    Span span = c.text(text);
    return c.call(
        TYPES, "[method]outgoing-request.set-" + what, request, 1, span.address(), span.count());
  }

  /** The result of handle: its address. */
  private static int handle(Calls c, long request) throws InterruptedException {
    int area = c.room(40);
    c.call(HANDLER, "handle", request, 0, 0, area);
    return area;
  }

  private static long future(Calls c, long request) throws InterruptedException {
    int area = handle(c, request);
    assertThat(c.u8(area)).as("error %d", c.u8(area + 8)).isZero();
    return c.i32(area + 8);
  }

  private static void block(Calls c, long pollable) throws InterruptedException {
    c.call("wasi:io/poll@0.2.3", "[method]pollable.block", pollable);
    c.call("wasi:io/poll@0.2.3", "[resource-drop]pollable", pollable);
  }

  /** The {@code option<result<result<own, error-code>>>} of a response, when it has come. */
  private static int get(Calls c, long future) throws InterruptedException {
    block(c, c.call(TYPES, "[method]future-incoming-response.subscribe", future));
    int area = c.room(64);
    c.call(TYPES, "[method]future-incoming-response.get", future, area);
    assertThat(c.u8(area)).isEqualTo(1);
    assertThat(c.u8(area + 8)).isZero();
    return area;
  }

  private static long response(Calls c, long future) throws InterruptedException {
    int area = get(c, future);
    assertThat(c.u8(area + 16)).as("error %d", c.u8(area + 24)).isZero();
    return c.i32(area + 24);
  }

  private static Code error(Calls c, long future) throws InterruptedException {
    int area = get(c, future);
    assertThat(c.u8(area + 16)).isEqualTo(1);
    return Code.of(c.u8(area + 24));
  }

  /** The handle in a {@code result<own, _>}. */
  private static long ok(Calls c, String function, long self) throws InterruptedException {
    int area = c.room(8);
    c.call(TYPES, function, self, area);
    assertThat(c.u8(area)).isZero();
    return c.i32(area + 4);
  }

  private static void errs(Calls c, String function, long self) throws InterruptedException {
    int area = c.room(8);
    c.call(TYPES, function, self, area);
    assertThat(c.u8(area)).isEqualTo(1);
  }

  /** Everything that a stream gives. */
  private static String readAll(Calls c, long stream) throws InterruptedException {
    StringBuilder text = new StringBuilder();
    int area = c.room(16);
    while (true) {
      c.call(STREAMS, "[method]input-stream.blocking-read", stream, 1000, area);
      if (c.u8(area) == 1) {
        assertThat(c.u8(area + 4)).as("closed").isEqualTo(1);
        return text.toString();
      }
      text.append(c.string(area + 4));
    }
  }

  private static void drop(Calls c, String type, long handle) throws InterruptedException {
    c.call(TYPES, "[resource-drop]" + type, handle);
  }

  @Test
  void aGuestGetsAResponseWithItsFieldsBodyAndTrailers() throws Exception {
    serve(
        RawServerAnswers.text(
            String.join(
                "\r\n",
                List.of(
                    "HTTP/1.1 203 X",
                    "X-A: 1",
                    "x-a: 2",
                    "Transfer-Encoding: chunked",
                    "",
                    "5",
                    "hello",
                    "0",
                    "X-T: end",
                    "",
                    ""))));
    passes(
        c -> {
          long future = future(c, request(c, "GET", server.authority(), "/a?b"));
          long response = response(c, future);
          assertThat(c.call(TYPES, "[method]incoming-response.status", response)).isEqualTo(203);
          long headers = c.call(TYPES, "[method]incoming-response.headers", response);
          Span name = c.text("X-A");
          int area = c.room(8);
          c.call(TYPES, "[method]fields.get", headers, name.address(), name.count(), area);
          assertThat(c.i32(area + 4)).isEqualTo(2);
          assertThat(c.string(c.i32(area) + 8)).isEqualTo("2");
          // What came cannot be changed.
          int change = c.room(2);
          c.call(TYPES, "[method]fields.delete", headers, name.address(), name.count(), change);
          assertThat(c.u8(change)).isEqualTo(1);
          assertThat(c.u8(change + 1)).isEqualTo(2);
          long body = ok(c, "[method]incoming-response.consume", response);
          errs(c, "[method]incoming-response.consume", response);
          long stream = ok(c, "[method]incoming-body.stream", body);
          errs(c, "[method]incoming-body.stream", body);
          assertThat(readAll(c, stream)).isEqualTo("hello");
          c.call(STREAMS, "[resource-drop]input-stream", stream);
          long trailers = c.call(TYPES, "[static]incoming-body.finish", body);
          block(c, c.call(TYPES, "[method]future-trailers.subscribe", trailers));
          int got = c.room(64);
          c.call(TYPES, "[method]future-trailers.get", trailers, got);
          assertThat(List.of(c.u8(got), c.u8(got + 8), c.u8(got + 16), c.u8(got + 24)))
              .containsExactly(1, 0, 0, 1);
          int entries = c.room(8);
          c.call(TYPES, "[method]fields.entries", c.i32(got + 28), entries);
          assertThat(c.i32(entries + 4)).isEqualTo(1);
          assertThat(c.string(c.i32(entries) + 8)).isEqualTo("end");
          c.call(TYPES, "[method]future-trailers.get", trailers, got);
          assertThat(List.of(c.u8(got), c.u8(got + 8))).containsExactly(1, 1);
          // The response can be had once.
          int again = c.room(64);
          c.call(TYPES, "[method]future-incoming-response.get", future, again);
          assertThat(List.of(c.u8(again), c.u8(again + 8))).containsExactly(1, 1);
        });
    assertThat(server.heads().getFirst()).startsWith("GET /a?b HTTP/1.1\r\n");
  }

  @Test
  void aGuestSendsABody() throws Exception {
    serve(
        (head, in, out) -> {
          byte[] body = in.readNBytes("5\r\nhello\r\n0\r\nx-t: 1\r\n\r\n".length());
          out.write(
              "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                  .formatted(body.length)
                  .getBytes(StandardCharsets.ISO_8859_1));
          out.write(body);
        });
    passes(
        c -> {
          long request = request(c, "POST", server.authority(), "/");
          long body = ok(c, "[method]outgoing-request.body", request);
          errs(c, "[method]outgoing-request.body", request);
          long _ = future(c, request);
          long stream = ok(c, "[method]outgoing-body.write", body);
          errs(c, "[method]outgoing-body.write", body);
          Span text = c.text("hello");
          int area = c.room(16);
          c.call(
              STREAMS,
              "[method]output-stream.blocking-write-and-flush",
              stream,
              text.address(),
              text.count(),
              area);
          assertThat(c.u8(area)).isZero();
          assertThatThrownBy(
                  () -> c.call(TYPES, "[static]outgoing-body.finish", body, 0, 0, c.room(40)))
              .isInstanceOf(GuestTrap.class)
              .hasMessageContaining("while its output-stream is open");
        });
    // The trap was caught by the test and not by the host; the handle was given up by then.
    assertThat(network.openConnections()).isZero();
    passes(
        c -> {
          long request = request(c, "POST", server.authority(), "/");
          long body = ok(c, "[method]outgoing-request.body", request);
          long stream = ok(c, "[method]outgoing-body.write", body);
          Span text = c.text("hello");
          int area = c.room(16);
          c.call(
              STREAMS, "[method]output-stream.write", stream, text.address(), text.count(), area);
          c.call(STREAMS, "[resource-drop]output-stream", stream);
          long trailers = c.call(TYPES, "[constructor]fields");
          Span name = c.text("x-t");
          Span value = c.text("1");
          c.call(
              TYPES,
              "[method]fields.append",
              trailers,
              name.address(),
              name.count(),
              value.address(),
              value.count(),
              area);
          assertThat(c.u8(area)).isZero();
          long future = future(c, request);
          int finished = c.room(40);
          c.call(TYPES, "[static]outgoing-body.finish", body, 1, trailers, finished);
          assertThat(c.u8(finished)).isZero();
          long response = response(c, future);
          long incoming = ok(c, "[method]incoming-response.consume", response);
          assertThat(readAll(c, ok(c, "[method]incoming-body.stream", incoming)))
              .isEqualTo("5\r\nhello\r\n0\r\nx-t: 1\r\n\r\n");
        });
  }

  @Test
  void aBodyHasTheLengthThatItsFieldsState() throws Exception {
    passes(
        c -> {
          long fields = c.call(TYPES, "[constructor]fields");
          Span name = c.text("Content-Length");
          Span value = c.text("3");
          int area = c.room(40);
          c.call(
              TYPES,
              "[method]fields.append",
              fields,
              name.address(),
              name.count(),
              value.address(),
              value.count(),
              area);
          long request = c.call(TYPES, "[constructor]outgoing-request", fields);
          long body = ok(c, "[method]outgoing-request.body", request);
          long stream = ok(c, "[method]outgoing-body.write", body);
          Span text = c.text("hello");
          c.call(
              STREAMS, "[method]output-stream.write", stream, text.address(), text.count(), area);
          assertThat(List.of(c.u8(area), c.u8(area + 4))).containsExactly(1, 0);
          int code = c.room(64);
          c.call(TYPES, "http-error-code", c.i32(area + 8), code);
          assertThat(c.u8(code)).isEqualTo(1);
          assertThat(Code.of(c.u8(code + 8))).isEqualTo(Code.HTTP_REQUEST_BODY_SIZE);
          c.call(STREAMS, "[resource-drop]output-stream", stream);
          c.call(TYPES, "[static]outgoing-body.finish", body, 0, 0, area);
          assertThat(c.u8(area)).isEqualTo(1);
          assertThat(Code.of(c.u8(area + 8))).isEqualTo(Code.HTTP_REQUEST_BODY_SIZE);
        });
  }

  @Test
  void whatIsNoPartOfARequestIsRefusedWhenItIsSet() throws Exception {
    passes(
        c -> {
          long request = request(c, "GET", server.authority(), "/");
          for (String path : List.of("/a b", "/\r\nX: y", "a", "/#f", "http://x/", "/ä")) {
            assertThat(setText(c, "path-with-query", request, path)).as(path).isOne();
          }
          for (String authority : List.of("a@b", "127.1", "a b", "x\r\nY: z", "")) {
            assertThat(setText(c, "authority", request, authority)).as(authority).isOne();
          }
          for (String method : List.of("", "GET /", "A\r\nB", "ä")) {
            Span span = c.text(method);
            assertThat(
                    c.call(
                        TYPES,
                        "[method]outgoing-request.set-method",
                        request,
                        9,
                        span.address(),
                        span.count()))
                .as(method)
                .isOne();
          }
          int area = c.room(24);
          c.call(TYPES, "[method]outgoing-request.authority", request, area);
          assertThat(c.string(area + 4)).isEqualTo(server.authority());
          c.call(TYPES, "[method]outgoing-request.path-with-query", request, area);
          assertThat(c.string(area + 4)).isEqualTo("/");
          c.call(TYPES, "[method]outgoing-request.method", request, area);
          assertThat(c.u8(area)).isZero();
          c.call(TYPES, "[method]outgoing-request.scheme", request, area);
          assertThat(List.of(c.u8(area), c.u8(area + 4))).containsExactly(1, 0);
        });
  }

  private static Code handleError(Calls c, long request) throws InterruptedException {
    int area = handle(c, request);
    assertThat(c.u8(area)).isEqualTo(1);
    return Code.of(c.u8(area + 8));
  }

  @Test
  void whatMayNotBeSentIsAnErrorOfHandle() throws Exception {
    passes(
        c -> {
          assertThat(handleError(c, request(c, "GET", "other.example", "/")))
              .isEqualTo(Code.HTTP_REQUEST_DENIED);
          long none =
              c.call(TYPES, "[constructor]outgoing-request", c.call(TYPES, "[constructor]fields"));
          assertThat(handleError(c, none)).isEqualTo(Code.HTTP_REQUEST_URI_INVALID);
          long ftp = request(c, "GET", server.authority(), "/");
          Span scheme = c.text("ftp");
          assertThat(
                  c.call(
                      TYPES,
                      "[method]outgoing-request.set-scheme",
                      ftp,
                      1,
                      2,
                      scheme.address(),
                      scheme.count()))
              .isZero();
          assertThat(handleError(c, ftp)).isEqualTo(Code.HTTP_REQUEST_URI_INVALID);
          long connect = request(c, "GET", server.authority(), "/");
          c.call(TYPES, "[method]outgoing-request.set-method", connect, 5, 0, 0);
          assertThat(handleError(c, connect)).isEqualTo(Code.HTTP_REQUEST_METHOD_INVALID);
          long lengthy = request(c, "GET", server.authority(), "/" + "a".repeat(8001));
          assertThat(handleError(c, lengthy)).isEqualTo(Code.HTTP_REQUEST_URI_TOO_LONG);
        });
    assertThat(server.accepted()).isZero();
  }

  @Test
  void withoutTheCapabilityEveryRequestIsDenied() throws Exception {
    result(
        driver.run(
            Capabilities.DEFAULT,
            c ->
                assertThat(handleError(c, request(c, "GET", server.authority(), "/")))
                    .isEqualTo(Code.HTTP_REQUEST_DENIED)));
    assertThat(server.accepted()).isZero();
  }

  @Test
  void aGuestMaySetShorterTimeouts() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    serve((head, in, out) -> hang(done));
    passes(
        c -> {
          long options = c.call(TYPES, "[constructor]request-options");
          for (String what : List.of("connect", "first-byte", "between-bytes")) {
            int area = c.room(16);
            c.call(TYPES, "[method]request-options." + what + "-timeout", options, area);
            assertThat(c.u8(area)).isZero();
            assertThat(
                    c.call(
                        TYPES,
                        "[method]request-options.set-" + what + "-timeout",
                        options,
                        1,
                        200_000_000L))
                .isZero();
            c.call(TYPES, "[method]request-options." + what + "-timeout", options, area);
            assertThat(c.u8(area)).isOne();
            assertThat(c.guest().loadLong(area + 8)).isEqualTo(200_000_000L);
          }
          int area = c.room(40);
          long request = request(c, "GET", server.authority(), "/");
          c.call(HANDLER, "handle", request, 1, options, area);
          assertThat(error(c, c.i32(area + 8))).isEqualTo(Code.HTTP_RESPONSE_TIMEOUT);
        });
    done.countDown();
  }

  private static void hang(CountDownLatch done) throws IOException {
    try {
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aProcessHasAFewConnectionsAndTheyEndWithIt() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    serve((head, in, out) -> hang(done));
    passes(
        c -> {
          int refused = 0;
          for (int i = 0; i < 1000; i++) {
            int area = handle(c, request(c, "GET", server.authority(), "/"));
            if (c.u8(area) == 1) {
              assertThat(Code.of(c.u8(area + 8))).isEqualTo(Code.CONNECTION_LIMIT_REACHED);
              refused++;
            }
          }
          assertThat(refused).isEqualTo(1000 - NetworkSettings.DEFAULT.processConnections());
        });
    assertThat(network.openConnections()).isZero();
    done.countDown();
  }

  @Test
  void droppingWhatIsUnderWayEndsIt() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    serve(
        (head, in, out) -> {
          out.write(
              "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"
                  .getBytes(StandardCharsets.ISO_8859_1));
          out.flush();
          hang(done);
        });
    passes(
        c -> {
          long future = future(c, request(c, "GET", server.authority(), "/"));
          drop(c, "future-incoming-response", future);
          closed();
          long unread = response(c, future(c, request(c, "GET", server.authority(), "/")));
          drop(c, "incoming-response", unread);
          closed();
          long response = response(c, future(c, request(c, "GET", server.authority(), "/")));
          long body = ok(c, "[method]incoming-response.consume", response);
          drop(c, "incoming-response", response);
          assertThat(network.openConnections()).isOne();
          drop(c, "incoming-body", body);
          closed();
          long posting = request(c, "POST", server.authority(), "/");
          long out = ok(c, "[method]outgoing-request.body", posting);
          drop(c, "outgoing-request", posting);
          long stream = ok(c, "[method]outgoing-body.write", out);
          int area = c.room(16);
          c.call(STREAMS, "[method]output-stream.check-write", stream, area);
          assertThat(List.of(c.u8(area), c.u8(area + 8))).containsExactly(1, 1);
        });
    done.countDown();
  }

  private void closed() throws InterruptedException {
    for (int i = 0; network.openConnections() > 0; i++) {
      assertThat(i).isLessThan(3000);
      Thread.sleep(10);
    }
  }

  @Test
  void aBodyDroppedBeforeItIsFinishedFailsTheRequest() throws Exception {
    serve((head, in, out) -> assertThat(in.readAllBytes()).isNotNull());
    passes(
        c -> {
          long request = request(c, "POST", server.authority(), "/");
          long body = ok(c, "[method]outgoing-request.body", request);
          long future = future(c, request);
          drop(c, "outgoing-body", body);
          assertThat(error(c, future)).isEqualTo(Code.CONNECTION_TERMINATED);
        });
  }

  @Test
  void aStoppedProcessWaitsForNoServer() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    CountDownLatch waiting = new CountDownLatch(1);
    serve(
        (head, in, out) -> {
          waiting.countDown();
          hang(done);
        });
    InferletProcess process =
        driver.launch(
            NETWORK,
            c -> {
              long future = future(c, request(c, "GET", server.authority(), "/"));
              block(c, c.call(TYPES, "[method]future-incoming-response.subscribe", future));
            });
    assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
    process.terminate("enough");
    assertThat(failure(process.outcome().get(60, TimeUnit.SECONDS)).kind())
        .isEqualTo(FailureKind.TERMINATED);
    assertThat(network.openConnections()).isZero();
    done.countDown();
  }

  @Test
  void fieldsAreMadeFromListsAndRefuseWhatIsNone() throws Exception {
    passes(
        c -> {
          int list = c.room(32);
          store(c, list, c.text("a"));
          store(c, list + 8, c.text("1"));
          store(c, list + 16, c.text("b"));
          store(c, list + 24, c.text("x\r\ny"));
          int area = c.room(8);
          c.call(TYPES, "[static]fields.from-list", list, 1, area);
          assertThat(c.u8(area)).isZero();
          long fields = c.i32(area + 4);
          Span name = c.text("A");
          assertThat(c.call(TYPES, "[method]fields.has", fields, name.address(), name.count()))
              .isOne();
          c.call(TYPES, "[static]fields.from-list", list, 2, area);
          assertThat(List.of(c.u8(area), c.u8(area + 4))).containsExactly(1, 0);
          store(c, list + 16, c.text("Host"));
          store(c, list + 24, c.text("x"));
          c.call(TYPES, "[static]fields.from-list", list, 2, area);
          assertThat(List.of(c.u8(area), c.u8(area + 4))).containsExactly(1, 1);
          long copy = c.call(TYPES, "[method]fields.clone", fields);
          int change = c.room(2);
          c.call(TYPES, "[method]fields.set", copy, name.address(), name.count(), 0, 0, change);
          assertThat(c.u8(change)).isZero();
          assertThat(c.call(TYPES, "[method]fields.has", copy, name.address(), name.count()))
              .isZero();
          assertThat(c.call(TYPES, "[method]fields.has", fields, name.address(), name.count()))
              .isOne();
          drop(c, "fields", copy);
          assertThatThrownBy(() -> c.call(TYPES, "[method]fields.clone", copy))
              .isInstanceOf(GuestTrap.class)
              .hasMessageContaining("is not an open fields of this inferlet");
        });
  }

  private static void store(Calls c, int address, Span span) {
    c.guest().storeInt(address, span.address());
    c.guest().storeInt(address + 4, span.count());
  }

  @Test
  void theSignaturesAreThoseOfTheCanonicalAbi() throws Exception {
    passes(
        c -> {
          assertThat(signature(c, TYPES, "[static]response-outparam.set"))
              .isEqualTo("I32 I32 I32 I32 I64 I32 I32 I32 I32");
          assertThat(signature(c, HANDLER, "handle")).isEqualTo("I32 I32 I32 I32");
          assertThat(signature(c, TYPES, "[method]outgoing-request.set-method"))
              .isEqualTo("I32 I32 I32 I32");
          assertThat(signature(c, TYPES, "[method]outgoing-request.set-scheme"))
              .isEqualTo("I32 I32 I32 I32 I32");
          assertThat(signature(c, TYPES, "[method]request-options.set-connect-timeout"))
              .isEqualTo("I32 I32 I64");
          assertThat(signature(c, TYPES, "[static]outgoing-body.finish"))
              .isEqualTo("I32 I32 I32 I32");
          assertThat(signature(c, TYPES, "[method]fields.set"))
              .isEqualTo("I32 I32 I32 I32 I32 I32");
        });
  }

  private static String signature(Calls c, String module, String function) {
    return String.join(
        " ",
        c.imports().find(module, function).orElseThrow().parameters().stream()
            .map(Enum::name)
            .toList());
  }
}
