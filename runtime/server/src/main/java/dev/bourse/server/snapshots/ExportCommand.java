package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotInfo;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.SnapshotOptions;
import dev.bourse.server.Streams;
import dev.bourse.server.remote.LocalOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bourse snapshots export}. */
@Command(
    name = "export",
    description = "Write a snapshot to one file, for bourse snapshots import elsewhere.")
final class ExportCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private SnapshotOptions options = new SnapshotOptions();

  @Mixin private LocalOnly local = new LocalOnly();

  @Parameters(index = "0", paramLabel = "NAME", description = "The snapshot.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "What to write.")
  private String file = "";

  @Option(names = "--force", description = "Replace FILE if it is there.")
  private boolean force;

  ExportCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    local.check();
    SnapshotName snapshot = options.name(name);
    Path target = ModelFiles.path(file).toAbsolutePath();
    if (Files.isDirectory(target)) {
      throw CommandException.badFile(file + ": is a folder; name a file in it");
    }
    Path folder = target.resolve("..").normalize();
    if (!Files.isDirectory(folder)) {
      throw CommandException.badFile(file + ": there is no folder " + folder);
    }
    requireNew(target);
    return Folder.use(
        options,
        store -> {
          export(store, Folder.describe(store, snapshot), target);
          return ExitCode.OK;
        });
  }

  private void export(SnapshotStore store, SnapshotInfo snapshot, Path target)
      throws SnapshotException {
    // The file gets its name when it is whole.
    try (HalfFile half = HalfFile.beside(target)) {
      try (Progress _ = Progress.start(streams, () -> progress(half, snapshot))) {
        store.exportTo(snapshot.name(), half.path());
      }
      requireNew(target);
      half.complete();
      streams.error("bourse: wrote %s, %s".formatted(file, Words.size(Files.size(target))));
    } catch (SnapshotException e) {
      throw e;
    } catch (IOException e) {
      throw CommandException.badFile(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private String progress(HalfFile half, SnapshotInfo snapshot) {
    return "exporting %s: %s of about %s"
        .formatted(name, Words.size(half.size()), Words.size(snapshot.bytes()));
  }

  private void requireNew(Path target) {
    if (!force && Files.exists(target)) {
      throw CommandException.failed(file + " is there already; --force replaces it");
    }
  }
}
