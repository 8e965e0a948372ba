package dev.bourse.server;

import dev.bourse.host.program.Programs;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where programs that were added are kept. */
public final class ProgramOptions {
  /** The environment variable that says where programs are kept. */
  static final String VARIABLE = "BOURSE_PROGRAMS";

  @Option(
      names = "--programs",
      paramLabel = "DIR",
      description =
          "Where programs are kept. Default: the environment's BOURSE_PROGRAMS, or else"
              + " bourse/programs in the folder for your data, such as ~/.local/share.")
  private @Nullable String folder;

  /** Every program that can be named. */
  public Programs programs() {
    return place().map(Programs::in).orElseGet(Programs::builtIn);
  }

  /** The folder, which need not exist. */
  public Path folder() {
    return place()
        .orElseThrow(
            () ->
                CommandException.usage(
                    "you have no home folder to keep programs in; say where, with --programs DIR or"
                        + " in "
                        + VARIABLE));
  }

  /** The folder, which need not exist; empty if nobody says where and there is no home. */
  public Optional<Path> place() {
    if (folder != null) {
      return Optional.of(ModelFiles.path(folder));
    }
    String variable = System.getenv().getOrDefault(VARIABLE, "");
    return variable.isEmpty()
        ? UserFolders.addedPrograms()
        : Optional.of(ModelFiles.path(variable));
  }
}
