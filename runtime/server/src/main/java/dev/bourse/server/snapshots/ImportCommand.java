package dev.bourse.server.snapshots;

import dev.bourse.engine.SnapshotKeys;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bourse snapshots import}. */
@Command(
    name = "import",
    description = {
      "Save what bourse snapshots export wrote.",
      "",
      "Its pages are never shared with those that were computed here: nobody can tell whether they"
          + " say what they should."
    })
final class ImportCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private SnapshotOptions options = new SnapshotOptions();

  @Mixin private LocalOnly local = new LocalOnly();

  @Parameters(paramLabel = "FILE", description = "What export wrote.")
  private String file = "";

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "The name it gets. Default: that of FILE, without its extension.")
  private @Nullable String as;

  @Option(names = "--force", description = "Replace the snapshot of that name.")
  private boolean force;

  ImportCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    local.check();
    Path source = ModelFiles.path(file);
    if (!Files.isRegularFile(source)) {
      throw CommandException.badFile(
          file + (Files.exists(source) ? ": is no file that export wrote" : ": no such file"));
    }
    SnapshotName name = options.name(as != null ? as : nameOf(source));
    return Folder.open(
        options,
        store -> {
          read(store, source, name);
          SnapshotInfo info = store.describe(name);
          streams.error(
              "bourse: imported %s: %s, %s"
                  .formatted(
                      name.name(), Words.count(info.tokens(), "token"), Words.size(info.bytes())));
          return ExitCode.OK;
        });
  }

  private void read(SnapshotStore store, Path source, SnapshotName name) throws SnapshotException {
    if (!force && isThere(store, name)) {
      throw CommandException.failed(
          "there is a snapshot %s already; --force replaces it, --as gives this one another name"
              .formatted(name));
    }
    importTo(store, source, name);
  }

  private void importTo(SnapshotStore store, Path source, SnapshotName name)
      throws SnapshotException {
    long begin = System.nanoTime();
    try (Progress _ =
        Progress.start(
            streams,
            () ->
                "importing %s, %s: %d s"
                    .formatted(
                        file,
                        Words.size(source.toFile().length()),
                        (System.nanoTime() - begin) / 1_000_000_000))) {
      store.importFrom(source, name, new SnapshotKeys(), force);
    }
  }

  private static boolean isThere(SnapshotStore store, SnapshotName name) throws SnapshotException {
    try {
      store.describe(name);
      return true;
    } catch (SnapshotException e) {
      if (e.reason() == SnapshotException.Reason.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private static String nameOf(Path source) {
    String name = source.getFileName() + "";
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
