package dev.bourse.host.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.http.HttpError.Code;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exchanges with servers that are honest, broken, slow or hostile. */
class NetworkTest {
  private static final Timeouts TIMEOUTS =
      new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20));
  private static final Timeouts SHORT =
      new Timeouts(Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(200));

  private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
  private final AtomicInteger lookups = new AtomicInteger();
  private final Network network =
      new Network(
          NetworkSettings.DEFAULT,
          host -> {
            lookups.incrementAndGet();
            List<InetAddress> found = names.get(host);
            if (found == null) {
              throw new UnknownHostException(host);
            }
            return found;
          },
          Optional.empty());

  @AfterEach
  void close() {
    assertThat(network.openConnections()).isZero();
    network.close();
  }

  private static RequestHead head(String method, String authority, String path)
      throws HttpException {
    return RequestHead.of(method, Destination.parse(false, authority), path, new Fields());
  }

  private Exchange get(AllowList allow, String authority, Timeouts timeouts) throws HttpException {
    return network.begin(head("GET", authority, "/x?y=1"), Optional.empty(), timeouts, allow);
  }

  private static AllowList only(RawServer server) {
    return AllowList.of(List.of(server.authority()));
  }

  private static void ended(Exchange exchange) throws Exception {
    exchange.ended().get(30, TimeUnit.SECONDS);
  }

  /** Why the exchange has no response, or no whole one. */
  private static HttpError failure(Exchange exchange) throws Exception {
    HttpError error;
    try {
      Response response = exchange.response().get(30, TimeUnit.SECONDS);
      String body = text(response);
      throw new AssertionError(response.status() + " " + body);
    } catch (HttpException e) {
      error = e.error(); // The body's.
    } catch (ExecutionException e) {
      error = Failure.of(e.getCause() == null ? e : e.getCause());
    }
    ended(exchange);
    return error;
  }

  private static String text(Response response) throws Exception {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (true) {
      byte[] bytes =
          response.body().take(1 << 20, System.nanoTime() + TimeUnit.SECONDS.toNanos(30));
      if (bytes.length == 0) {
        return text.toString(ISO_8859_1);
      }
      text.writeBytes(bytes);
    }
  }

  private String body(Exchange exchange) throws Exception {
    String text = text(exchange.response().get(30, TimeUnit.SECONDS));
    ended(exchange);
    return text;
  }

  private HttpError refused(AllowList allow, String authority) {
    try {
      Exchange exchange = get(allow, authority, TIMEOUTS);
      return failure(exchange);
    } catch (HttpException e) {
      return e.error();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  // What is sent and what comes back

  @Test
  void aRequestGoesOutAsItWasMadeAndTheResponseComesBack() throws Exception {
    try (RawServer server =
        RawServer.of("HTTP/1.1 201 Made\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 5\r\n\r\nhello")) {
      Exchange exchange = get(only(server), server.authority(), TIMEOUTS);
      Response response = exchange.response().get(30, TimeUnit.SECONDS);
      assertThat(response.status()).isEqualTo(201);
      assertThat(response.fields().values("x-a")).containsExactly("1", "2");
      assertThat(text(response)).isEqualTo("hello");
      assertThat(response.body().trailers().join().isEmpty()).isTrue();
      ended(exchange);
      assertThat(server.heads().getFirst())
          .startsWith("GET /x?y=1 HTTP/1.1\r\n")
          .contains("host: " + server.authority() + "\r\n")
          .contains("connection: close\r\n")
          .doesNotContain("content-length")
          .doesNotContain("transfer-encoding");
    }
  }

  @Test
  void aBodyIsStreamedInChunksWithTrailersBehindIt() throws Exception {
    try (RawServer server =
        new RawServer(
            (head, in, out) -> {
              assertThat(head).contains("transfer-encoding: chunked");
              StringBuilder body = new StringBuilder();
              while (body.indexOf("\r\n0\r\n") < 0 || !body.toString().endsWith("\r\n\r\n")) {
                body.append((char) in.read());
              }
              String last = body.substring(body.lastIndexOf("\r\n0\r\n") + 2);
              String text =
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                      + "5\r\nabcde\r\n%x\r\n%s\r\n0\r\nX-T: t\r\n\r\n"
                          .formatted(last.length(), last);
              out.write(text.getBytes(ISO_8859_1));
            })) {
      BodyPipe body = new BodyPipe();
      Exchange exchange =
          network.begin(
              head("POST", server.authority(), "/"), Optional.of(body), TIMEOUTS, only(server));
      body.write("some text".getBytes(ISO_8859_1));
      Fields trailers = new Fields();
      trailers.append("x-sum", "42");
      body.end(trailers);
      Response response = exchange.response().get(30, TimeUnit.SECONDS);
      assertThat(text(response)).isEqualTo("abcde0\r\nx-sum: 42\r\n\r\n");
      assertThat(response.body().trailers().join().values("x-t")).containsExactly("t");
      ended(exchange);
    }
  }

  @Test
  void aBodyThatIsEmptyIsNoBody() throws Exception {
    try (RawServer server = RawServer.of("HTTP/1.1 204 No Content\r\n\r\n")) {
      BodyPipe body = new BodyPipe();
      body.end(new Fields());
      Exchange exchange =
          network.begin(
              head("POST", server.authority(), ""), Optional.of(body), TIMEOUTS, only(server));
      assertThat(body(exchange)).isEmpty();
      assertThat(server.heads().getFirst())
          .startsWith("POST / HTTP/1.1")
          .contains("content-length: 0\r\n");
    }
  }

  @Test
  void informationalResponsesAreSkippedAndAChangeOfProtocolIsRefused() throws Exception {
    try (RawServer server =
        RawServer.of(
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      assertThat(body(get(only(server), server.authority(), TIMEOUTS))).isEqualTo("ok");
    }
    try (RawServer server =
        RawServer.of(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nxxxx")) {
      assertThat(failure(get(only(server), server.authority(), TIMEOUTS)).code())
          .isEqualTo(Code.HTTP_UPGRADE_FAILED);
    }
  }

  @Test
  void theResponseToHeadHasNoBodyWhateverItsLength() throws Exception {
    try (RawServer server = RawServer.of("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")) {
      Exchange exchange =
          network.begin(
              head("HEAD", server.authority(), "/"), Optional.empty(), TIMEOUTS, only(server));
      assertThat(body(exchange)).isEmpty();
    }
  }

  @Test
  void aBodyWithoutALengthEndsWithTheConnection() throws Exception {
    try (RawServer server = RawServer.of("HTTP/1.1 200 OK\r\n\r\nall of it")) {
      assertThat(body(get(only(server), server.authority(), TIMEOUTS))).isEqualTo("all of it");
    }
  }

  // Whom a request may reach

  @Test
  void aHostThatIsNotListedIsNotEvenLookedUp() {
    assertThat(refused(AllowList.NONE, "api.example.com").code())
        .isEqualTo(Code.HTTP_REQUEST_DENIED);
    assertThat(refused(AllowList.of(List.of("other.example")), "api.example.com").message())
        .isEqualTo(
            "the host api.example.com, port 80, is not listed under allow in [inferlets.http]");
    assertThat(lookups).hasValue(0);
  }

  @Test
  void aListedNameAtAPrivateAddressIsProhibited() throws Exception {
    try (RawServer server = RawServer.of("HTTP/1.1 200 OK\r\n\r\nsecret")) {
      AllowList allow = AllowList.of(List.of("evil.example:" + server.port()));
      for (String address :
          List.of(
              "127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "10.0.0.1", "0.0.0.0")) {
        names.put("evil.example", List.of(InetAddress.ofLiteral(address)));
        assertThat(refused(allow, "evil.example:" + server.port()).code())
            .as(address)
            .isEqualTo(Code.DESTINATION_IP_PROHIBITED);
      }
      assertThat(server.accepted()).isZero();
    }
  }

  /** The name is at a listed address when it is checked, and at another when asked again. */
  @Test
  void aNameThatChangesBetweenTheCheckAndTheConnectionGainsNothing() throws Exception {
    try (RawServer server = RawServer.of("HTTP/1.1 200 OK\r\n\r\nsecret");
        Network rebound =
            new Network(
                NetworkSettings.DEFAULT,
                host ->
                    List.of(
                        InetAddress.ofLiteral(
                            lookups.getAndIncrement() == 0 ? "127.0.0.2" : "127.0.0.1")),
                Optional.empty())) {
      String authority = "rebind.example:" + server.port();
      // Nothing listens at 127.0.0.2, and the server at 127.0.0.1 is not listed.
      AllowList allow = AllowList.of(List.of(authority, "127.0.0.2:" + server.port()));
      Exchange exchange =
          rebound.begin(head("GET", authority, "/"), Optional.empty(), TIMEOUTS, allow);
      assertThat(failure(exchange).code()).isEqualTo(Code.CONNECTION_REFUSED);
      assertThat(lookups).hasValue(1);
      Exchange again =
          rebound.begin(head("GET", authority, "/"), Optional.empty(), TIMEOUTS, allow);
      assertThat(failure(again).code()).isEqualTo(Code.DESTINATION_IP_PROHIBITED);
      assertThat(server.accepted()).isZero();
      assertThat(rebound.openConnections()).isZero();
    }
  }

  @Test
  void ofSeveralAddressesOnlyThePermittedAreTried() throws Exception {
    try (RawServer server = RawServer.of("HTTP/1.1 200 OK\r\n\r\nhere")) {
      names.put(
          "both.example",
          List.of(
              InetAddress.ofLiteral("10.0.0.1"),
              InetAddress.ofLiteral("127.0.0.2"),
              InetAddress.ofLiteral("127.0.0.1")));
      AllowList allow = AllowList.of(List.of("both.example:" + server.port(), server.authority()));
      assertThat(body(get(allow, "both.example:" + server.port(), TIMEOUTS))).isEqualTo("here");
      assertThat(server.heads().getFirst()).contains("host: both.example:" + server.port());
    }
  }

  @Test
  void anAddressThatDoesNotAnswerIsFollowedByTheNext() throws Exception {
    try (RawServer server = RawServer.of("HTTP/1.1 200 OK\r\n\r\nsecond")) {
      names.put(
          "two.example",
          List.of(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.1")));
      AllowList allow =
          AllowList.of(List.of("two.example:" + server.port(), "127.0.0.0/8:" + server.port()));
      assertThat(body(get(allow, "two.example:" + server.port(), TIMEOUTS))).isEqualTo("second");
    }
  }

  @Test
  void localhostIsNotLookedUp() throws Exception {
    try (RawServer server = RawServer.of("HTTP/1.1 200 OK\r\n\r\nlocal")) {
      names.put("localhost", List.of(InetAddress.ofLiteral("1.1.1.1")));
      String authority = "LOCALHOST.:" + server.port();
      assertThat(refused(AllowList.of(List.of("*")), authority).code())
          .isEqualTo(Code.HTTP_REQUEST_DENIED);
      AllowList allow = AllowList.of(List.of("localhost:" + server.port()));
      assertThat(body(get(allow, authority, TIMEOUTS))).isEqualTo("local");
      assertThat(lookups).hasValue(0);
    }
  }

  @Test
  void aRedirectIsAResponseAndIsNotFollowed() throws Exception {
    try (RawServer inside = RawServer.of("HTTP/1.1 200 OK\r\n\r\nsecret");
        RawServer outside =
            RawServer.of(
                "HTTP/1.1 302 Found\r\nLocation: http://%s/\r\nContent-Length: 0\r\n\r\n"
                    .formatted(inside.authority()))) {
      Exchange exchange = get(only(outside), outside.authority(), TIMEOUTS);
      Response response = exchange.response().get(30, TimeUnit.SECONDS);
      assertThat(response.status()).isEqualTo(302);
      assertThat(response.fields().values("location")).hasSize(1);
      ended(exchange);
      assertThat(inside.accepted()).isZero();
      // Whoever follows it makes a request of its own.
      assertThat(refused(only(outside), inside.authority()).code())
          .isEqualTo(Code.HTTP_REQUEST_DENIED);
    }
  }

  // What goes wrong

  @Test
  void whyThereIsNoConnectionIsSaid() throws Exception {
    assertThat(refused(AllowList.of(List.of("*")), "nowhere.example").code())
        .isEqualTo(Code.DNS_ERROR);
    int free;
    try (RawServer server = RawServer.of("")) {
      free = server.port();
    }
    String authority = "127.0.0.1:" + free;
    assertThat(refused(AllowList.of(List.of(authority)), authority).code())
        .isEqualTo(Code.CONNECTION_REFUSED);
  }

  @Test
  void aResolverThatHangsOrBreaksEndsInAnError() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    try (Network slow =
        new Network(
            NetworkSettings.DEFAULT,
            host -> {
              if (host.equals("broken.example")) {
                throw new IllegalStateException("broken");
              }
              try {
                hang.await();
              } catch (InterruptedException e) {
                throw new UnknownHostException("interrupted");
              }
              throw new UnknownHostException(host);
            },
            Optional.empty())) {
      AllowList all = AllowList.of(List.of("*"));
      Exchange exchange =
          slow.begin(head("GET", "slow.example", "/"), Optional.empty(), SHORT, all);
      assertThat(failure(exchange).code()).isEqualTo(Code.DNS_TIMEOUT);
      Exchange broken =
          slow.begin(head("GET", "broken.example", "/"), Optional.empty(), TIMEOUTS, all);
      assertThat(failure(broken).code()).isEqualTo(Code.DNS_ERROR);
      hang.countDown();
      assertThat(slow.openConnections()).isZero();
    }
  }

  @Test
  void brokenResponsesAreErrors() throws Exception {
    Map<String, Code> broken =
        Map.ofEntries(
            Map.entry("", Code.CONNECTION_TERMINATED),
            Map.entry("not http at all\r\n\r\n", Code.HTTP_PROTOCOL_ERROR),
            Map.entry(
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
                Code.HTTP_RESPONSE_INCOMPLETE),
            Map.entry(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                Code.HTTP_RESPONSE_INCOMPLETE),
            Map.entry(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n",
                Code.HTTP_PROTOCOL_ERROR),
            Map.entry(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                Code.HTTP_PROTOCOL_ERROR),
            Map.entry(
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello", Code.HTTP_PROTOCOL_ERROR),
            Map.entry(
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
                Code.HTTP_PROTOCOL_ERROR),
            Map.entry(
                "HTTP/1.1 200 OK\r\nX: " + "a".repeat(40_000) + "\r\n\r\n",
                Code.HTTP_RESPONSE_HEADER_SECTION_SIZE),
            Map.entry(
                "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(20_000) + "\r\n",
                Code.HTTP_RESPONSE_HEADER_SECTION_SIZE));
    for (Map.Entry<String, Code> entry : broken.entrySet()) {
      try (RawServer server = RawServer.of(entry.getKey())) {
        String shown = entry.getKey().substring(0, Math.min(80, entry.getKey().length()));
        assertThat(failure(get(only(server), server.authority(), TIMEOUTS)).code())
            .as(shown)
            .isEqualTo(entry.getValue());
      }
    }
  }

  /** A length beside chunks: what follows the chunks is never taken for another response. */
  @Test
  void nothingBehindAResponseIsReadAsAnother() throws Exception {
    try (RawServer server =
        RawServer.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")) {
      assertThat(body(get(only(server), server.authority(), TIMEOUTS))).isEqualTo("abc");
      assertThat(body(get(only(server), server.authority(), TIMEOUTS))).isEqualTo("abc");
      assertThat(server.accepted()).isEqualTo(2);
    }
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (RawServer server = new RawServer((head, in, out) -> await(done))) {
      assertThat(failure(get(only(server), server.authority(), SHORT)).code())
          .isEqualTo(Code.HTTP_RESPONSE_TIMEOUT);
      done.countDown();
    }
  }

  @Test
  void aServerThatGivesItsHeadByteByByteGetsNoMoreTime() throws Exception {
    try (RawServer server =
        new RawServer(
            (head, in, out) -> {
              out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(ISO_8859_1));
              while (true) {
                out.write('a');
                out.flush();
                pause();
              }
            })) {
      assertThat(failure(get(only(server), server.authority(), SHORT)).code())
          .isEqualTo(Code.HTTP_RESPONSE_TIMEOUT);
    }
  }

  @Test
  void aBodyThatStopsIsGivenUp() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (RawServer server =
        new RawServer(
            (head, in, out) -> {
              out.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".getBytes(ISO_8859_1));
              out.flush();
              await(done);
            })) {
      assertThat(failure(get(only(server), server.authority(), SHORT)).code())
          .isEqualTo(Code.CONNECTION_READ_TIMEOUT);
      done.countDown();
    }
  }

  @Test
  void anEndlessBodyWaitsForItsReader() throws Exception {
    AtomicLong sent = new AtomicLong();
    try (RawServer server =
        new RawServer(
            (head, in, out) -> {
              out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
              byte[] chunk = new byte[64 << 10];
              while (true) {
                out.write(chunk);
                sent.addAndGet(chunk.length);
              }
            })) {
      Exchange exchange = get(only(server), server.authority(), SHORT);
      Response response = exchange.response().get(30, TimeUnit.SECONDS);
      long before = -1;
      while (before != sent.get()) { // Until the buffers in between are full.
        before = sent.get();
        Thread.sleep(300);
      }
      assertThat(response.body().room()).isZero();
      assertThat(before).isLessThan(64L << 20);
      // A reader that is slow is no server that is: nothing times out meanwhile.
      assertThat(exchange.ended()).isNotDone();
      for (int i = 0; i < 1000; i++) {
        assertThat(response.body().take(8192, System.nanoTime() + TimeUnit.SECONDS.toNanos(30)))
            .isNotEmpty();
      }
      response.body().cancel();
      ended(exchange);
    }
  }

  @Test
  void aServerThatDoesNotReadSlowsTheWriterDownAndIsGivenUp() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (RawServer server = new RawServer((head, in, out) -> await(done))) {
      BodyPipe body = new BodyPipe();
      Exchange exchange =
          network.begin(
              head("POST", server.authority(), "/"), Optional.of(body), SHORT, only(server));
      long written = 0;
      while (!body.isCancelled()) {
        int room = body.room();
        body.write(new byte[room]);
        written += room;
        if (room == 0) {
          Thread.sleep(10);
        }
      }
      assertThat(written).isLessThan(64L << 20);
      assertThat(failure(exchange).code()).isEqualTo(Code.HTTP_RESPONSE_TIMEOUT);
      done.countDown();
    }
  }

  @Test
  void aRequestWhoseBodyFailsIsGivenUp() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (RawServer server = new RawServer((head, in, out) -> await(done))) {
      BodyPipe body = new BodyPipe();
      Exchange exchange =
          network.begin(
              head("POST", server.authority(), "/"), Optional.of(body), TIMEOUTS, only(server));
      body.write(new byte[9]);
      body.fail(new HttpError(Code.INTERNAL_ERROR, "dropped"));
      assertThat(failure(exchange)).isEqualTo(new HttpError(Code.INTERNAL_ERROR, "dropped"));
      done.countDown();
    }
  }

  @Test
  void anExchangeCanBeGivenUpAtAnyTime() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (RawServer server = new RawServer((head, in, out) -> await(done))) {
      List<Exchange> exchanges = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        Exchange exchange = get(only(server), server.authority(), TIMEOUTS);
        if (i % 2 == 0) {
          exchange.cancel();
        }
        exchanges.add(exchange);
      }
      exchanges.forEach(Exchange::cancel);
      exchanges.forEach(Exchange::cancel);
      for (Exchange exchange : exchanges) {
        assertThat(failure(exchange).code()).isEqualTo(Code.CONNECTION_TERMINATED);
      }
      done.countDown();
    }
  }

  @Test
  void connectionsAreBounded() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    NetworkSettings two =
        new NetworkSettings(AllowList.NONE, 2, 2, Duration.ofSeconds(9), Duration.ofSeconds(9));
    try (RawServer server = new RawServer((head, in, out) -> await(done));
        Network narrow = new Network(two)) {
      RequestHead head = head("GET", server.authority(), "/");
      Exchange first = narrow.begin(head, Optional.empty(), TIMEOUTS, only(server));
      Exchange second = narrow.begin(head, Optional.empty(), TIMEOUTS, only(server));
      assertThatThrownBy(() -> narrow.begin(head, Optional.empty(), TIMEOUTS, only(server)))
          .isInstanceOfSatisfying(
              HttpException.class,
              e -> assertThat(e.error().code()).isEqualTo(Code.CONNECTION_LIMIT_REACHED));
      first.cancel();
      ended(first);
      Exchange third = narrow.begin(head, Optional.empty(), TIMEOUTS, only(server));
      second.cancel();
      third.cancel();
      ended(second);
      ended(third);
      assertThat(narrow.openConnections()).isZero();
      done.countDown();
    }
  }

  @Test
  void aClosedNetworkMakesNoExchangeAndLeavesNoThread() throws Exception {
    try (RawServer server = RawServer.of("HTTP/1.1 204 No Content\r\n\r\n")) {
      Network brief = new Network(NetworkSettings.DEFAULT);
      RequestHead head = head("GET", server.authority(), "/");
      Exchange exchange = brief.begin(head, Optional.empty(), TIMEOUTS, only(server));
      ended(exchange);
      brief.close();
      assertThatThrownBy(() -> brief.begin(head, Optional.empty(), TIMEOUTS, only(server)))
          .isInstanceOf(IllegalStateException.class);
    }
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

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
