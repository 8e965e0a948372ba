package dev.bourse.server.remote;

import dev.bourse.client.BourseClient;
import dev.bourse.client.BourseException;
import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which server a command talks to, and as whom. */
public final class ServerOption {
  /** The environment variable that says which server. */
  static final String VARIABLE = "BOURSE_SERVER";

  private static final String KEY = "BOURSE_KEY";
  private static final String LOCAL = "127.0.0.1:8421";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      description =
          "The server's control plane. Default: the environment's BOURSE_SERVER; without it "
              + LOCAL
              + ", for what only a server does.")
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

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description =
          "A file with the key, in its first line. Default: the environment's BOURSE_KEY.")
  private @Nullable String keyFile;

  /** Does something with the server, and says in a user's words what goes wrong. */
  public <T> T use(Function<BourseClient, T> action) {
    try (BourseClient client = connect()) {
      return attempt(() -> action.apply(client));
    }
  }

  /** Does a part of that, and says in a user's words what goes wrong. */
  public <T> T attempt(Supplier<T> action) {
    try {
      return action.get();
    } catch (BourseException e) {
      throw problem(e);
    }
  }

  /** What a user can do about it. */
  private CommandException problem(BourseException e) {
    return switch (e.reason()) {
      case "UNAVAILABLE" ->
          CommandException.failed(
              "%s: %s; bourse serve starts one, --server says where it is"
                  .formatted(target(), e.getMessage()));
      case "UNAUTHENTICATED" ->
          CommandException.failed(
              "%s: %s; the environment's %s, or --key-file, has the key that is shown"
                  .formatted(target(), e.getMessage(), KEY));
      default -> CommandException.failed(String.valueOf(e.getMessage()));
    };
  }

  /** Whether somebody said which server. */
  public boolean isGiven() {
    return server != null || !System.getenv().getOrDefault(VARIABLE, "").isEmpty();
  }

  /**
   * Whether a server is to be asked, for commands that can do without one.
   *
   * @param understood the command's options that a server has a use for
   * @throws CommandException when an option is given that means nothing there, or only there
   */
  public boolean isAsked(String... understood) {
    Set<String> own = spec.optionsMap().keySet();
    Set<String> known = Set.of(understood);
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      String name = option.longestName();
      if (isGiven() && !own.contains(name) && !known.contains(name)) {
        throw CommandException.usage(
            "%s means nothing to the server %s, which --server or %s names; leave one out"
                .formatted(name, target(), VARIABLE));
      }
      if (!isGiven() && own.contains(name)) {
        throw CommandException.usage(
            "%s is for talking to a server; --server HOST:PORT says which".formatted(name));
      }
    }
    return isGiven();
  }

  /** Where it is. */
  public String target() {
    return server != null ? server : System.getenv().getOrDefault(VARIABLE, LOCAL);
  }

  private String key() {
    if (keyFile == null) {
      return System.getenv().getOrDefault(KEY, "");
    }
    try (Stream<String> lines = Files.lines(ModelFiles.path(keyFile))) {
      return lines.findFirst().map(String::strip).orElse("");
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.badFile(
          "--key-file %s cannot be read: %s".formatted(keyFile, e.getMessage()), e);
    }
  }

  // A key is no option: the arguments of a process are for everybody on the machine to see.
  private BourseClient connect() {
    BourseClient.Builder builder = BourseClient.builder(target());
    String key = key();
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
