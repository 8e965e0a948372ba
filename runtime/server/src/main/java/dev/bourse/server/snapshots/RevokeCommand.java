package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.SnapshotOptions;
import dev.bourse.server.remote.LocalOnly;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bourse snapshots revoke}. */
@Command(
    name = "revoke",
    description = {
      "Take back what grant gave.",
      "",
      "Contexts that were opened meanwhile stay open."
    })
final class RevokeCommand implements Callable<Integer> {
  @Mixin private SnapshotOptions options = new SnapshotOptions();

  @Mixin private LocalOnly local = new LocalOnly();

  @Parameters(index = "0", paramLabel = "NAME", description = "The snapshot.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "USER",
      description = "Who may not open it any more.")
  private List<String> users = List.of();

  @Override
  public Integer call() {
    local.check();
    SnapshotName snapshot = options.name(name);
    return Folder.use(
        options,
        store -> {
          Set<String> grants = Folder.describe(store, snapshot).grants();
          for (String user : users) {
            if (!grants.contains(user)) {
              throw CommandException.failed(
                  "%s is not granted to '%s'; it is granted to %s"
                      .formatted(snapshot, user, grants.isEmpty() ? "nobody" : Words.list(grants)));
            }
          }
          for (String user : users) {
            store.revoke(snapshot, user);
          }
          return ExitCode.OK;
        });
  }
}
