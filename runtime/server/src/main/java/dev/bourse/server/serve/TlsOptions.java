package dev.bourse.server.serve;

import dev.bourse.server.CommandException;
import dev.bourse.server.config.ServerSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** With what certificate the server shows who it is, and whose it asks for. */
final class TlsOptions {
  @Option(
      names = "--tls-cert",
      paramLabel = "FILE.pem",
      description =
          "The server's certificate, with those that sign it; read again when it changes. Default:"
              + " as configured, or no TLS.")
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

  /**
   * Refuses half of a pair before anything is loaded.
   *
   * @param configured what counts where no option is given
   */
  ServerSettings.Tls files(ServerSettings.Tls configured) {
    // Of one place, all three: a certificate has its own key.
    ServerSettings.Tls files =
        certificate == null && key == null
            ? new ServerSettings.Tls(
                configured.certificate(),
                configured.key(),
                clientAuthority == null ? configured.clientAuthority() : clientAuthority)
            : new ServerSettings.Tls(
                text(certificate),
                text(key),
                clientAuthority == null ? configured.clientAuthority() : clientAuthority);
    if (files.certificate().isEmpty() != files.key().isEmpty()) {
      throw CommandException.usage("--tls-cert and --tls-key go together");
    }
    if (!files.clientAuthority().isEmpty() && files.certificate().isEmpty()) {
      throw CommandException.usage("--tls-client-ca needs --tls-cert and --tls-key as well");
    }
    return files;
  }

  private static String text(@Nullable String given) {
    return given == null ? "" : given;
  }
}
