package dev.bourse.server.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.http.HttpServer;
import dev.bourse.server.CommandException;
import dev.bourse.server.config.ServerSettings;
import dev.bourse.server.web.Router;
import io.grpc.TlsServerCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP with certificates, as the JDK's client sees it. */
@Timeout(120)
class CertificatesTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path folder;

  /** Keys with certificates of their own: of a server, of its next, of a client, of a stranger. */
  private static KeyStore one;

  private static KeyStore two;
  private static KeyStore client;
  private static KeyStore stranger;

  @BeforeAll
  static void make() throws Exception {
    one = make("one");
    two = make("two");
    client = make("client");
    stranger = make("stranger");
  }

  private static KeyStore make(String name) throws Exception {
    Path file = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes), what);
  }

  /** Writes what a server reads. */
  private static ServerSettings.Tls files(KeyStore store, Optional<KeyStore> clients)
      throws Exception {
    Path certificate = folder.resolve("server.pem");
    Path key = folder.resolve("server.key");
    Files.writeString(certificate, pem("CERTIFICATE", store.getCertificate("it").getEncoded()));
    Files.writeString(key, pem("PRIVATE KEY", store.getKey("it", PASSWORD).getEncoded()));
    String authority = "";
    if (clients.isPresent()) {
      Path file = folder.resolve("clients.pem");
      Files.writeString(file, pem("CERTIFICATE", clients.get().getCertificate("it").getEncoded()));
      authority = file.toString();
    }
    return new ServerSettings.Tls(certificate.toString(), key.toString(), authority);
  }

  private static HttpServer serve(Certificates certificates) throws IOException {
    return new HttpServer(
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
        new HttpServer.Terms(16, Duration.ofSeconds(20), 32 << 10, certificates.http()),
        new Router()
            .route("/", exchange -> exchange.answer(200, "text/plain", "x".repeat(200_000))));
  }

  /** What a client gets that trusts one server, and shows a certificate if it has one. */
  private static String get(HttpServer server, KeyStore trusted, Optional<KeyStore> own)
      throws Exception {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("it", trusted.getCertificate("it"));
    TrustManagerFactory trusting =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusting.init(trust);
    KeyManagerFactory showing =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    showing.init(own.orElse(null), own.isPresent() ? PASSWORD : null);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(showing.getKeyManagers(), trusting.getTrustManagers(), null);
    try (HttpClient http = HttpClient.newBuilder().sslContext(context).build()) {
      return http.send(
              HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/"))
                  .timeout(Duration.ofSeconds(20))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void aClientThatTrustsTheServerIsAnswered() throws Exception {
    try (Certificates certificates = new Certificates(files(one, Optional.empty()));
        HttpServer server = serve(certificates)) {
      assertThat(certificates.isOn()).isTrue();
      assertThat(certificates.grpc()).isInstanceOf(TlsServerCredentials.class);
      assertThat(get(server, one, Optional.empty())).hasSize(200_000);
      assertThatThrownBy(() -> get(server, stranger, Optional.empty()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("certif");
      assertThat(get(server, one, Optional.empty())).hasSize(200_000);
    }
  }

  @Test
  void aClientWithoutTheRightCertificateIsNot() throws Exception {
    try (Certificates certificates = new Certificates(files(one, Optional.of(client)));
        HttpServer server = serve(certificates)) {
      assertThat(get(server, one, Optional.of(client))).hasSize(200_000);
      assertThatThrownBy(() -> get(server, one, Optional.empty())).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> get(server, one, Optional.of(stranger)))
          .isInstanceOf(IOException.class);
      assertThat(get(server, one, Optional.of(client))).hasSize(200_000);
    }
  }

  @Test
  void aCertificateThatChangesIsReadAgain() throws Exception {
    ServerSettings.Tls tls = files(one, Optional.empty());
    try (Certificates certificates = new Certificates(tls, Duration.ofSeconds(1));
        HttpServer server = serve(certificates)) {
      assertThat(get(server, one, Optional.empty())).hasSize(200_000);
      files(two, Optional.empty());
      FileTime later = FileTime.from(Instant.now().plusSeconds(60));
      for (String file : List.of(tls.certificate(), tls.key())) {
        Files.setLastModifiedTime(Path.of(file), later);
      }
      boolean renewed = false;
      for (int tries = 0; tries < 100 && !renewed; tries++) {
        try {
          renewed = get(server, two, Optional.empty()).length() == 200_000;
        } catch (IOException notYet) {
          Thread.sleep(200);
        }
      }
      assertThat(renewed).isTrue();
    }
  }

  @Test
  void whatIsNoCertificateIsSaid() throws Exception {
    ServerSettings.Tls tls = files(one, Optional.empty());
    Files.writeString(Path.of(tls.key()), "no key");
    assertThatThrownBy(() -> new Certificates(tls).close())
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("the certificate or key cannot be read");
    assertThatThrownBy(
            () ->
                new Certificates(new ServerSettings.Tls(tls.certificate(), tls.key() + ".not", ""))
                    .close())
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("server.key.not");
    try (Certificates none = new Certificates(new ServerSettings.Tls("", "", ""))) {
      assertThat(none.isOn()).isFalse();
      assertThat(none.http()).isEmpty();
    }
  }
}
