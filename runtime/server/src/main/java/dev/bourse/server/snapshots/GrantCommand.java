package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.server.ExitCode;
import dev.bourse.server.SnapshotOptions;
import dev.bourse.server.remote.LocalOnly;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bourse snapshots grant}. */
@Command(
    name = "grant",
    description = {
      "Let other users open a snapshot.",
      "",
      "They open it as @owner/name; they cannot change or delete it."
    })
final class GrantCommand implements Callable<Integer> {
  @Mixin private SnapshotOptions options = new SnapshotOptions();

  @Mixin private LocalOnly local = new LocalOnly();

  @Parameters(index = "0", paramLabel = "NAME", description = "The snapshot.")
  private String name = "";

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "USER", description = "Who may open it.")
  private List<String> users = List.of();

  @Override
  public Integer call() {
    local.check();
    SnapshotName snapshot = options.name(name);
    List<String> checked = users.stream().map(SnapshotOptions::requireUser).toList();
    return Folder.use(
        options,
        store -> {
          Folder.describe(store, snapshot);
          for (String user : checked) {
            store.grant(snapshot, user);
          }
          return ExitCode.OK;
        });
  }
}
