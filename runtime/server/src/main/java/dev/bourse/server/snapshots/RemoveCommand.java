package dev.bourse.server.snapshots;

import dev.bourse.client.BourseClient;
import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.SnapshotOptions;
import dev.bourse.server.Streams;
import dev.bourse.server.remote.ServerOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bourse snapshots rm}. */
@Command(
    name = "rm",
    description = {
      "Delete snapshots, without asking.",
      "",
      "Pages that no other snapshot has stay on disk until bourse snapshots gc."
    })
final class RemoveCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private SnapshotOptions options = new SnapshotOptions();

  @Mixin private ServerOption server = new ServerOption();

  @Parameters(paramLabel = "NAME", arity = "1..*", description = "What to delete.")
  private List<String> names = List.of();

  RemoveCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    if (server.isAsked()) {
      return server.use(client -> removeAll(names, name -> remove(client, name)));
    }
    List<SnapshotName> snapshots = names.stream().map(options::name).toList();
    return Folder.use(options, store -> removeAll(snapshots, name -> remove(store, name)));
  }

  /** A name that cannot be deleted keeps no other from being deleted. */
  private <T> int removeAll(List<T> snapshots, Consumer<T> removing) {
    int exitCode = ExitCode.OK;
    for (T snapshot : snapshots) {
      try {
        removing.accept(snapshot);
      } catch (CommandException e) {
        streams.error("bourse: " + e.getMessage());
        exitCode = Math.max(exitCode, e.exitCode());
      }
    }
    return exitCode;
  }

  private void remove(BourseClient client, String name) {
    var _ =
        server.attempt(
            () -> {
              client.deleteSnapshot(name);
              return name;
            });
  }

  private static void remove(SnapshotStore store, SnapshotName name) {
    try {
      Folder.describe(store, name);
      store.delete(name);
    } catch (SnapshotException e) {
      throw Folder.problem(e);
    }
  }
}
