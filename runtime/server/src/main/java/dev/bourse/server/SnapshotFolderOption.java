package dev.bourse.server;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where snapshots are kept. */
public final class SnapshotFolderOption {
  /** The environment variable that says where snapshots are kept. */
  static final String VARIABLE = "BOURSE_SNAPSHOTS";

  @Option(
      names = "--snapshots",
      paramLabel = "DIR",
      description =
          "Where snapshots are kept. Default: the environment's BOURSE_SNAPSHOTS, or else"
              + " bourse/snapshots in the folder for your data, such as ~/.local/share.")
  private @Nullable String folder;

  /** Refuses what is no path. */
  void check() {
    if (folder != null) {
      ModelFiles.path(folder);
    }
  }

  /** The folder, which need not exist. */
  public Path folder() {
    if (folder != null) {
      return ModelFiles.path(folder);
    }
    String variable = System.getenv().getOrDefault(VARIABLE, "");
    if (!variable.isEmpty()) {
      return ModelFiles.path(variable);
    }
    return UserFolders.snapshots()
        .orElseThrow(
            () ->
                CommandException.usage(
                    "you have no home folder to keep snapshots in; say where, with --snapshots DIR"
                        + " or in "
                        + VARIABLE));
  }
}
