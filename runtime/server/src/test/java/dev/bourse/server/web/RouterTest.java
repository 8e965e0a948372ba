package dev.bourse.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.http.HttpException;
import dev.bourse.host.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RouterTest {
  private static final String TEXT = "text/plain";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static HttpServer serve(Router router) throws IOException {
    return new HttpServer(
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
        new HttpServer.Terms(16, Duration.ofSeconds(30)),
        router);
  }

  private HttpResponse<String> get(HttpServer server, String path) throws Exception {
    return client.send(request(server, path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(HttpServer server, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  @Test
  void theLongestPathAnswers() throws Exception {
    Router router =
        new Router()
            .route("/a/", exchange -> exchange.answer(200, TEXT, "below a"))
            .route("/a/b/", exchange -> exchange.answer(200, TEXT, "below b"))
            .route("/a/b", exchange -> exchange.answer(200, TEXT, "b " + exchange.path()));
    try (HttpServer server = serve(router)) {
      assertThat(get(server, "/a/x?y").body()).isEqualTo("below a");
      assertThat(get(server, "/a/b/c").body()).isEqualTo("below b");
      assertThat(get(server, "/a/b?c=d").body()).isEqualTo("b /a/b");
      assertThat(get(server, "/a").statusCode()).isEqualTo(404);
      assertThat(get(server, "/").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void bodiesAreBoundedAndAnswersAreNot() throws Exception {
    String large = "x".repeat(1 << 20);
    Router router =
        new Router()
            .route(
                "/",
                exchange -> {
                  try {
                    Optional<byte[]> body = exchange.body(1000);
                    exchange.answer(
                        body.isPresent() ? 200 : 413,
                        TEXT,
                        body.map(bytes -> bytes.length + large).orElse("too large"));
                  } catch (HttpException e) {
                    throw new InterruptedException();
                  }
                });
    try (HttpServer server = serve(router)) {
      for (int size : new int[] {0, 7, 1000}) {
        HttpResponse<String> response = post(server, "y".repeat(size));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(size + large);
      }
      assertThat(post(server, "y".repeat(1001)).statusCode()).isEqualTo(413);
    }
  }

  private HttpResponse<String> post(HttpServer server, String body) throws Exception {
    return client.send(
        request(server, "/").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void anEndpointThatFailsIsAnErrorOfTheServer() throws Exception {
    Router router =
        new Router()
            .route("/nothing", exchange -> {})
            .route(
                "/thrown",
                exchange -> {
                  throw new IllegalStateException("secret");
                });
    try (HttpServer server = serve(router)) {
      assertThat(get(server, "/nothing").statusCode()).isEqualTo(500);
      HttpResponse<String> thrown = get(server, "/thrown");
      assertThat(thrown.statusCode()).isEqualTo(500);
      assertThat(thrown.body()).doesNotContain("secret");
    }
  }

  @Test
  void whoWritesForAClientThatHasGoneIsInterrupted() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    Router router =
        new Router()
            .route(
                "/",
                exchange -> {
                  exchange.stream(200, TEXT);
                  try {
                    while (true) {
                      exchange.write("more and more\n".getBytes(StandardCharsets.UTF_8));
                    }
                  } catch (InterruptedException e) {
                    gone.countDown();
                    throw e;
                  }
                });
    try (HttpServer server = serve(router)) {
      var response =
          client.send(request(server, "/").build(), HttpResponse.BodyHandlers.ofInputStream());
      try (var stream = response.body()) {
        assertThat(stream.readNBytes(100)).hasSize(100);
      }
      assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
