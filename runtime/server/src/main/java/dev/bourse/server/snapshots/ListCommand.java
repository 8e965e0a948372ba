package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotInfo;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.server.ExitCode;
import dev.bourse.server.SnapshotOptions;
import dev.bourse.server.Streams;
import dev.bourse.server.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code bourse snapshots list}. */
@Command(
    name = "list",
    description = {
      "Show a user's snapshots.",
      "",
      "size is what a snapshot takes on disk; shared is the part of it that other"
          + " snapshots have as well."
    })
final class ListCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private SnapshotOptions options = new SnapshotOptions();

  @Option(names = "--all-users", description = "Show everybody's.")
  private boolean allUsers;

  @Option(names = "--json", description = "Write one JSON array.")
  private boolean json;

  ListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    options.user();
    if (!Folder.exists(options)) {
      print(List.of());
      streams.error("bourse: " + Folder.nothingThere(options));
      return ExitCode.OK;
    }
    return Folder.use(
        options,
        store -> {
          List<SnapshotInfo> snapshots = snapshots(store);
          print(snapshots);
          if (snapshots.isEmpty()) {
            streams.error(
                "bourse: %s no snapshots in %s"
                    .formatted(
                        allUsers ? "nobody has" : "the user " + options.user() + " has",
                        options.folder()));
          }
          return ExitCode.OK;
        });
  }

  private List<SnapshotInfo> snapshots(SnapshotStore store) throws SnapshotException {
    List<SnapshotInfo> snapshots = new ArrayList<>();
    for (String user : allUsers ? store.users() : List.of(options.user())) {
      snapshots.addAll(store.list(user));
    }
    return snapshots;
  }

  private void print(List<SnapshotInfo> snapshots) {
    if (json) {
      streams.println(
          JsonMapper.shared()
              .writeValueAsString(snapshots.stream().map(SnapshotEntry::of).toList()));
      return;
    }
    Instant now = Instant.now();
    Table<SnapshotInfo> table = new Table<>();
    table
        .text("user", snapshot -> allUsers ? snapshot.name().user() : "")
        .text("name", snapshot -> snapshot.name().name())
        .number("age", snapshot -> Words.age(snapshot.created(), now))
        .number("tokens", snapshot -> "%,d".formatted(snapshot.tokens()))
        .number("size", snapshot -> Words.size(snapshot.bytes()))
        .number("shared", snapshot -> Words.size(snapshot.sharedBytes()))
        .text("model", SnapshotInfo::model)
        .text("expires", snapshot -> snapshot.expires().map(e -> Words.until(e, now)).orElse(""))
        .text("granted to", snapshot -> Words.list(snapshot.grants()))
        .text("problem", snapshot -> snapshot.problem().orElse(""));
    table.lines(snapshots).forEach(streams::println);
  }
}
