package dev.bourse.server.serve;

import dev.bourse.host.http.HttpServer;
import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.config.ServerSettings;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Certificates, read again when their files change, until it is closed. */
final class Certificates implements AutoCloseable {
  private static final long RELOAD_SECONDS = 60;

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("bourse-tls").factory());
  private final Optional<HttpServer.Tls> tls;

  /** Reads the files; none for no TLS. */
  Certificates(ServerSettings.Tls files) {
    try {
      tls = files.certificate().isEmpty() ? Optional.empty() : Optional.of(read(files));
    } catch (RuntimeException e) {
      clock.shutdownNow();
      throw e;
    }
  }

  private HttpServer.Tls read(ServerSettings.Tls files) {
    try {
      AdvancedTlsX509KeyManager own = new AdvancedTlsX509KeyManager();
      var _ =
          own.updateIdentityCredentials(
              file(files.certificate()),
              file(files.key()),
              RELOAD_SECONDS,
              TimeUnit.SECONDS,
              clock);
      if (files.clientAuthority().isEmpty()) {
        return new HttpServer.Tls(own, Optional.empty());
      }
      AdvancedTlsX509TrustManager clients =
          AdvancedTlsX509TrustManager.newBuilder()
              .setVerification(
                  AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
              .build();
      var _ =
          clients.updateTrustCredentials(
              file(files.clientAuthority()), RELOAD_SECONDS, TimeUnit.SECONDS, clock);
      return new HttpServer.Tls(own, Optional.of(clients));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw CommandException.badFile("the certificate or key cannot be read: " + e, e);
    }
  }

  /** Whether connections are encrypted. */
  boolean isOn() {
    return tls.isPresent();
  }

  /** For HTTP. */
  Optional<HttpServer.Tls> http() {
    return tls;
  }

  /** For gRPC. */
  ServerCredentials grpc() {
    if (tls.isEmpty()) {
      return InsecureServerCredentials.create();
    }
    TlsServerCredentials.Builder builder =
        TlsServerCredentials.newBuilder().keyManager(tls.get().own());
    tls.get()
        .clients()
        .ifPresent(
            clients ->
                builder.trustManager(clients).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE));
    return builder.build();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  private static File file(String name) {
    return ModelFiles.path(name).toFile();
  }
}
