package dev.bourse.server;

import dev.bourse.kv.snapshot.SnapshotName;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where snapshots are kept, and whose they are. */
public final class SnapshotOptions {
  @Mixin private SnapshotFolderOption folder = new SnapshotFolderOption();

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "Who asks, and so whose snapshots. Default: ${DEFAULT-VALUE}.")
  private String user = "local";

  /** Refuses what is wrong with the options before anything is done with them. */
  void check() {
    folder.check();
    user();
  }

  /** The folder, which need not exist. */
  public Path folder() {
    return folder.folder();
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
