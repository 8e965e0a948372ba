package dev.bourse.server.serve;

import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import java.io.File;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** With what certificate the server shows who it is, and whose it asks for. */
final class TlsOptions {
  @Option(
      names = "--tls-cert",
      paramLabel = "FILE.pem",
      description = "The server's certificate, with those that sign it. Default: no TLS.")
  private @Nullable String certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE.pem",
      description = "The private key of that certificate.")
  private @Nullable String key;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE.pem",
      description =
          "Serve only clients that show a certificate which one of these has signed (mTLS).")
  private @Nullable String clientAuthority;

  /** Whether connections are encrypted. */
  boolean isOn() {
    return certificate != null;
  }

  /** Refuses half of a pair before anything is loaded. */
  void check() {
    if ((certificate == null) != (key == null)) {
      throw CommandException.usage("--tls-cert and --tls-key go together");
    }
    if (clientAuthority != null && certificate == null) {
      throw CommandException.usage("--tls-client-ca needs --tls-cert and --tls-key as well");
    }
  }

  /** For gRPC. */
  ServerCredentials credentials() {
    if (certificate == null || key == null) {
      return InsecureServerCredentials.create();
    }
    try {
      TlsServerCredentials.Builder tls =
          TlsServerCredentials.newBuilder().keyManager(file(certificate), file(key));
      if (clientAuthority != null) {
        tls.trustManager(file(clientAuthority)).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
      }
      return tls.build();
    } catch (IOException e) {
      throw CommandException.badFile("the certificate or key cannot be read: " + e, e);
    }
  }

  private static File file(String name) {
    return ModelFiles.path(name).toFile();
  }
}
