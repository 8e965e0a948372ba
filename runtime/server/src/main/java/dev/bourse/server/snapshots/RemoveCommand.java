package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.SnapshotOptions;
import dev.bourse.server.Streams;
import java.util.List;
import java.util.concurrent.Callable;
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

  @Parameters(paramLabel = "NAME", arity = "1..*", description = "What to delete.")
  private List<String> names = List.of();

  RemoveCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    List<SnapshotName> snapshots = names.stream().map(options::name).toList();
    return Folder.use(
        options,
        store -> {
          int exitCode = ExitCode.OK;
          for (SnapshotName snapshot : snapshots) {
            exitCode = Math.max(exitCode, remove(store, snapshot));
          }
          return exitCode;
        });
  }

  /** A name that cannot be deleted keeps no other from being deleted. */
  private int remove(SnapshotStore store, SnapshotName name) {
    try {
      Folder.describe(store, name);
      store.delete(name);
      return ExitCode.OK;
    } catch (CommandException e) {
      return refused(e);
    } catch (SnapshotException e) {
      return refused(Folder.problem(e));
    }
  }

  private int refused(CommandException reason) {
    streams.error("bourse: " + reason.getMessage());
    return reason.exitCode();
  }
}
