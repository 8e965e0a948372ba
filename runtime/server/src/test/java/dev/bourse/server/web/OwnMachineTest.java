package dev.bourse.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use a server that asks for no keys. */
class OwnMachineTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost",
        "http://localhost:8420",
        "http://127.0.0.1:8420",
        "http://[::1]:8420"
      })
  void programsOfThisMachine(String url) {
    assertThat(OwnMachine.isLocal(url)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "http://localhost.evil.example:8420",
        "http://127.0.0.1.evil.example",
        "http://user@evil.example",
        "http://0x7f.1",
        "null",
        "http://",
        ""
      })
  void nobodyElse(String url) {
    assertThat(OwnMachine.isLocal(url)).isFalse();
  }

  @Test
  void pagesOfOthersAreRefusedUntilThereAreKeys() throws IOException {
    AtomicBoolean open = new AtomicBoolean(true);
    Router router =
        new Router().route("/", exchange -> exchange.answer(200, "text/plain", "welcome\n"));
    try (HttpServer server =
        new HttpServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            HttpServer.Terms.DEFAULT,
            new OwnMachine(open::get, router))) {
      assertThat(status(server, "Host: 127.0.0.1\r\n")).isEqualTo("200");
      assertThat(status(server, "Host: localhost\r\nOrigin: http://localhost:3000\r\n"))
          .isEqualTo("200");
      assertThat(status(server, "Host: 127.0.0.1\r\nOrigin: https://evil.example\r\n"))
          .isEqualTo("403");
      assertThat(status(server, "Host: 127.0.0.1\r\nOrigin: null\r\n")).isEqualTo("403");
      assertThat(status(server, "Host: rebound.evil.example\r\n")).isEqualTo("403");
      open.set(false);
      assertThat(status(server, "Host: bourse.example\r\nOrigin: https://evil.example\r\n"))
          .isEqualTo("200");
    }
  }

  private static String status(HttpServer server, String fields) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request = "GET / HTTP/1.1\r\n" + fields + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
    }
  }
}
