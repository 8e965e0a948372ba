package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.server.ExitCode;
import dev.bourse.server.SnapshotOptions;
import dev.bourse.server.Streams;
import dev.bourse.server.Table;
import dev.bourse.server.remote.ServerOption;
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

  @Mixin private ServerOption server = new ServerOption();

  @Option(names = "--all-users", description = "Show everybody's.")
  private boolean allUsers;

  @Option(names = "--json", description = "Write one JSON array.")
  private boolean json;

  ListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    if (server.isAsked("--json")) {
      List<SnapshotEntry> snapshots = server.use(client -> new RemoteSnapshots(client).list());
      print(snapshots);
      if (snapshots.isEmpty()) {
        streams.error("bourse: there are no snapshots on " + server.target());
      }
      return ExitCode.OK;
    }
    options.user();
    if (!Folder.exists(options)) {
      print(List.of());
      streams.error("bourse: " + Folder.nothingThere(options));
      return ExitCode.OK;
    }
    return Folder.use(
        options,
        store -> {
          List<SnapshotEntry> snapshots = snapshots(store);
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

  private List<SnapshotEntry> snapshots(SnapshotStore store) throws SnapshotException {
    List<SnapshotEntry> snapshots = new ArrayList<>();
    for (String user : allUsers ? store.users() : List.of(options.user())) {
      store.list(user).forEach(info -> snapshots.add(SnapshotEntry.of(info)));
    }
    return snapshots;
  }

  private void print(List<SnapshotEntry> snapshots) {
    if (json) {
      streams.println(JsonMapper.shared().writeValueAsString(snapshots));
      return;
    }
    Instant now = Instant.now();
    Table<SnapshotEntry> table = new Table<>();
    table
        .text("user", snapshot -> allUsers ? snapshot.user() : "")
        .text("name", SnapshotEntry::name)
        .number("age", snapshot -> Words.age(snapshot.created(), now))
        .number("tokens", snapshot -> "%,d".formatted(snapshot.tokens()))
        .number("size", snapshot -> Words.size(snapshot.bytes()))
        .number("shared", snapshot -> Words.size(snapshot.sharedBytes()))
        .text("model", SnapshotEntry::model)
        .text("expires", snapshot -> snapshot.expires().map(e -> Words.until(e, now)).orElse(""))
        .text("granted to", snapshot -> snapshot.grants().map(Words::list).orElse(""))
        .text("problem", snapshot -> snapshot.problem().orElse(""));
    table.lines(snapshots).forEach(streams::println);
  }
}
