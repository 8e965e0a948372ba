package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.Collected;
import dev.bourse.server.ExitCode;
import dev.bourse.server.SnapshotOptions;
import dev.bourse.server.Streams;
import dev.bourse.server.remote.LocalOnly;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bourse snapshots gc}. */
@Command(
    name = "gc",
    description = {
      "Delete what no snapshot needs: expired ones, pages without a name, leftovers of crashes.",
      "",
      "It can run at any time, while engines save and open snapshots."
    })
final class CollectCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private SnapshotOptions options = new SnapshotOptions();

  @Mixin private LocalOnly local = new LocalOnly();

  CollectCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    local.check();
    return Folder.use(
        options,
        store -> {
          Collected collected = store.collect();
          streams.println(
              "%s freed: %s, %s, %s"
                  .formatted(
                      Words.size(collected.bytes()),
                      Words.count(collected.expiredNames(), "expired name"),
                      Words.count(collected.segments(), "segment"),
                      Words.count(collected.leftovers(), "leftover")));
          collected.problems().forEach(problem -> streams.error("bourse: " + problem));
          return ExitCode.OK;
        });
  }
}
