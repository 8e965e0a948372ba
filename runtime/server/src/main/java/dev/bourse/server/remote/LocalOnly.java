package dev.bourse.server.remote;

import dev.bourse.server.CommandException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** For commands that no server takes: says so to whoever names one. */
public final class LocalOnly {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--server", hidden = true, paramLabel = "HOST:PORT")
  private @Nullable String server;

  /** Refuses a server. */
  public void check() {
    String named =
        server != null ? server : System.getenv().getOrDefault(ServerOption.VARIABLE, "");
    if (!named.isEmpty()) {
      throw CommandException.usage(
          "%s cannot be done over a server such as %s, which --server or %s names; it is for the"
                  .formatted(
                      spec.commandLine().getCommandSpec().qualifiedName(),
                      named,
                      ServerOption.VARIABLE)
              + " folder itself (--snapshots)");
    }
  }
}
