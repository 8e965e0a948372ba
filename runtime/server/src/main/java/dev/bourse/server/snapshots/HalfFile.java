package dev.bourse.server.snapshots;

import dev.bourse.server.ExitCode;
import dev.bourse.server.Interrupts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that is being written beside the place it is meant for, and moves there when it is whole.
 * Whatever happens before, Ctrl-C included, nothing stays behind.
 */
final class HalfFile implements AutoCloseable {
  private final Path path;
  private final Path target;

  private HalfFile(Path path, Path target) {
    this.path = path;
    this.target = target;
  }

  /** A name in the folder of {@code target}; there is no such file yet. */
  static HalfFile beside(Path target) throws IOException {
    String name = ".%s.%d".formatted(target.getFileName(), ProcessHandle.current().pid());
    HalfFile half = new HalfFile(target.resolveSibling(name), target);
    half.close();
    Interrupts.onFirst(
        () -> {
          half.deleteQuietly();
          Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
        });
    return half;
  }

  /** What to write to. */
  Path path() {
    return path;
  }

  /** Bytes written so far. */
  long size() {
    try {
      return Files.size(path);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Gives the file its name, instead of what had it. */
  void complete() throws IOException {
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }

  private void deleteQuietly() {
    try {
      close();
    } catch (IOException e) {
      // The process ends in any case.
      return;
    }
  }
}
