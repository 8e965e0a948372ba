package dev.bourse.server;

import dev.bourse.kv.snapshot.SnapshotName;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where snapshots are kept, and whose they are. */
public final class SnapshotOptions {
  /** The environment variable that says where snapshots are kept. */
  static final String VARIABLE = "BOURSE_SNAPSHOTS";

  @Option(
      names = "--snapshots",
      paramLabel = "DIR",
      description =
          "Where snapshots are kept. Default: the environment's BOURSE_SNAPSHOTS, or else"
              + " bourse/snapshots in the folder for your data, such as ~/.local/share.")
  private @Nullable String folder;

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "Who asks, and so whose snapshots. Default: ${DEFAULT-VALUE}.")
  private String user = "local";

  /** Refuses what is wrong with the options before anything is done with them. */
  void check() {
    if (folder != null) {
      ModelFiles.path(folder);
    }
    user();
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

  /** Whose snapshots a command means, unless a name says otherwise. */
  public String user() {
    return requireUser(user);
  }

  /** A user's name, with an error for a user if nobody could have it. */
  public static String requireUser(String user) {
    try {
      return new SnapshotName(user, "any").user();
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  /** The snapshot that {@code text} names: one of the user's, or {@code @owner/name}. */
  public SnapshotName name(String text) {
    try {
      return SnapshotName.parse(user(), text);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }
}
