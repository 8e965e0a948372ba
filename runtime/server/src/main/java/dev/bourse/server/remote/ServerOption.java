package dev.bourse.server.remote;

import dev.bourse.client.BourseClient;
import dev.bourse.client.BourseException;
import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import java.io.UncheckedIOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a command talks to, and as whom. */
final class ServerOption {
  private static final String SERVER = "BOURSE_SERVER";
  private static final String KEY = "BOURSE_KEY";
  private static final String LOCAL = "127.0.0.1:8421";

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      description =
          "The server's control plane. Default: the environment's BOURSE_SERVER, or else "
              + LOCAL
              + ".")
  private @Nullable String server;

  @Option(
      names = "--tls",
      description = "Talk to it with TLS, and check its certificate by what this machine trusts.")
  private boolean tls;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE.pem",
      description = "Talk to it with TLS, and check its certificate by this file.")
  private @Nullable String authorities;

  @Option(
      names = "--tls-client-cert",
      paramLabel = "FILE.pem",
      description = "The certificate to show, where the server asks for one (mTLS).")
  private @Nullable String certificate;

  @Option(
      names = "--tls-client-key",
      paramLabel = "FILE.pem",
      description = "The private key of that certificate.")
  private @Nullable String privateKey;

  /** Does something with the server, and says in a user's words what goes wrong. */
  <T> T use(Function<BourseClient, T> action) {
    try (BourseClient client = connect()) {
      return action.apply(client);
    } catch (BourseException e) {
      throw problem(e);
    }
  }

  private CommandException problem(BourseException e) {
    return switch (e.reason()) {
      case "UNAVAILABLE" ->
          CommandException.failed(
              "%s: %s; bourse serve starts one, --server says where it is"
                  .formatted(target(), e.getMessage()));
      case "UNAUTHENTICATED" ->
          CommandException.failed(
              "%s: %s; %s has the key that is shown".formatted(target(), e.getMessage(), KEY));
      default -> CommandException.failed(String.valueOf(e.getMessage()));
    };
  }

  private String target() {
    return server != null ? server : System.getenv().getOrDefault(SERVER, LOCAL);
  }

  // A key is no option: the arguments of a process are for everybody on the machine to see.
  private BourseClient connect() {
    BourseClient.Builder builder = BourseClient.builder(target());
    String key = System.getenv().getOrDefault(KEY, "");
    if (!key.isEmpty()) {
      builder.key(key);
    }
    if ((certificate == null) != (privateKey == null)) {
      throw CommandException.usage("--tls-client-cert and --tls-client-key go together");
    }
    try {
      if (authorities != null) {
        builder.tls(ModelFiles.path(authorities));
      } else if (tls || certificate != null) {
        builder.tls();
      }
      if (certificate != null && privateKey != null) {
        builder.clientCertificate(ModelFiles.path(certificate), ModelFiles.path(privateKey));
      }
      return builder.build();
    } catch (UncheckedIOException e) {
      throw CommandException.badFile(String.valueOf(e.getMessage()), e);
    }
  }
}
