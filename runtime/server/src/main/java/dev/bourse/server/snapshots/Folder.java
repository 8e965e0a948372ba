package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotInfo;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.server.CommandException;
import dev.bourse.server.NearNames;
import dev.bourse.server.SnapshotOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** Uses the store of a folder and says in a user's words what goes wrong. */
final class Folder {
  private Folder() {}

  /** What to do with a store. */
  interface Action {
    /** Does it and returns an exit code. */
    int on(SnapshotStore store) throws SnapshotException;
  }

  /** Whether there is anything to look at. */
  static boolean exists(SnapshotOptions options) {
    Path folder = options.folder();
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw CommandException.badFile(folder + ": is no folder to keep snapshots in");
    }
    return Files.exists(folder);
  }

  /** Uses a store that must be there: to look for a name is no reason to make a folder. */
  static int use(SnapshotOptions options, Action action) {
    if (!exists(options)) {
      throw CommandException.failed(nothingThere(options));
    }
    return open(options, action);
  }

  /** Why there is nothing to look at. */
  static String nothingThere(SnapshotOptions options) {
    return "there are no snapshots: the folder " + options.folder() + " does not exist";
  }

  /** Uses a store whose folder is made if it is not there. */
  static int open(SnapshotOptions options, Action action) {
    try (SnapshotStore store = SnapshotStore.open(options.folder(), StoreConfig.defaults())) {
      return action.on(store);
    } catch (SnapshotException e) {
      throw problem(e);
    }
  }

  /** A snapshot that must be there, or the names that may have been meant. */
  static SnapshotInfo describe(SnapshotStore store, SnapshotName name) throws SnapshotException {
    try {
      return store.describe(name);
    } catch (SnapshotException e) {
      if (e.reason() != SnapshotException.Reason.NOT_FOUND) {
        throw e;
      }
      throw CommandException.failed(e.getMessage() + near(store, name));
    }
  }

  private static String near(SnapshotStore store, SnapshotName name) throws SnapshotException {
    List<String> names = store.list(name.user()).stream().map(info -> info.name().name()).toList();
    if (names.isEmpty()) {
      List<String> users = store.users();
      return users.isEmpty()
          ? "; there are no snapshots at all"
          : "; the user %s has none, but %s".formatted(name.user(), String.join(", ", users));
    }
    List<String> near = NearNames.of(name.name(), names);
    return near.isEmpty()
        ? "; there are " + firstOf(names)
        : "; did you mean " + String.join(" or ", near) + "?";
  }

  private static String firstOf(List<String> names) {
    int shown = 5;
    String first = String.join(", ", new TreeSet<>(names).stream().limit(shown).toList());
    return names.size() <= shown ? first : first + " and " + (names.size() - shown) + " more";
  }

  static CommandException problem(SnapshotException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.reason()) {
      case NOT_FOUND, EXISTS, LIMIT -> CommandException.failed(message);
      case DAMAGED, IO -> CommandException.badFile(message, e);
    };
  }
}
