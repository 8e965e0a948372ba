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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Certificates, read again when their files change, until it is closed. */
final class Certificates implements AutoCloseable {
  private static final Duration RELOAD = Duration.ofMinutes(1);

  private static final Logger LOG = System.getLogger(Certificates.class.getName());

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("bourse-tls").factory());
  private final ServerSettings.Tls files;
  private final AdvancedTlsX509KeyManager own = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager clients;
  private List<FileTime> versions = List.of();

  /** Reads the files; none for no TLS. */
  Certificates(ServerSettings.Tls files) {
    this(files, RELOAD);
  }

  /**
   * @param reload how often the files are looked at
   */
  Certificates(ServerSettings.Tls files, Duration reload) {
    this.files = files;
    try {
      clients =
          AdvancedTlsX509TrustManager.newBuilder()
              .setVerification(
                  AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
              .build();
      if (isOn()) {
        versions = versions();
        read();
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      clock.shutdownNow();
      throw CommandException.badFile("the certificate or key cannot be read: " + e, e);
    }
    if (isOn()) {
      var _ =
          clock.scheduleWithFixedDelay(
              this::readChanged, reload.toMillis(), reload.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void read() throws IOException, GeneralSecurityException {
    own.updateIdentityCredentials(file(files.certificate()), file(files.key()));
    if (!files.clientAuthority().isEmpty()) {
      clients.updateTrustCredentials(file(files.clientAuthority()));
    }
  }

  private List<FileTime> versions() throws IOException {
    List<FileTime> all = new ArrayList<>();
    for (String name : List.of(files.certificate(), files.key(), files.clientAuthority())) {
      if (!name.isEmpty()) {
        all.add(Files.getLastModifiedTime(ModelFiles.path(name)));
      }
    }
    return all;
  }

  /** On the clock's thread. What cannot be read is tried again when it changes once more. */
  private void readChanged() {
    try {
      List<FileTime> now = versions();
      if (!now.equals(versions)) {
        versions = now;
        read();
        LOG.log(Level.INFO, "read the changed certificate " + files.certificate());
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "the changed certificate or key cannot be read, and the old one is used on: " + e);
    }
  }

  /** Whether connections are encrypted. */
  boolean isOn() {
    return !files.certificate().isEmpty();
  }

  /** For HTTP. */
  Optional<HttpServer.Tls> http() {
    return isOn()
        ? Optional.of(
            new HttpServer.Tls(
                own, files.clientAuthority().isEmpty() ? Optional.empty() : Optional.of(clients)))
        : Optional.empty();
  }

  /** For gRPC. */
  ServerCredentials grpc() {
    if (!isOn()) {
      return InsecureServerCredentials.create();
    }
    TlsServerCredentials.Builder builder = TlsServerCredentials.newBuilder().keyManager(own);
    if (!files.clientAuthority().isEmpty()) {
      builder.trustManager(clients).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
    }
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
