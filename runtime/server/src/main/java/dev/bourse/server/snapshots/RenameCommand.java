package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.server.ExitCode;
import dev.bourse.server.SnapshotOptions;
import dev.bourse.server.remote.ServerOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bourse snapshots rename}. */
@Command(name = "rename", description = "Give a snapshot another name, which must be free.")
final class RenameCommand implements Callable<Integer> {
  @Mixin private SnapshotOptions options = new SnapshotOptions();

  @Mixin private ServerOption server = new ServerOption();

  @Parameters(index = "0", paramLabel = "NAME", description = "The name it has.")
  private String from = "";

  @Parameters(index = "1", paramLabel = "NEW", description = "The name it gets, of the same user.")
  private String to = "";

  @Override
  public Integer call() {
    if (server.isAsked()) {
      return server.use(
          client -> {
            client.renameSnapshot(from, to);
            return ExitCode.OK;
          });
    }
    SnapshotName name = options.name(from);
    SnapshotName renamed = new SnapshotName(name.user(), options.name(to).name());
    return Folder.use(
        options,
        store -> {
          Folder.describe(store, name);
          store.rename(name, renamed.name());
          return ExitCode.OK;
        });
  }
}
