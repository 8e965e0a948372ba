package dev.bourse.host.program;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Files that are whole or not there, whenever the machine stops. */
public final class DurableFiles {
  private static final String HALF_WRITTEN = ".part";

  private DurableFiles() {}

  /** Puts {@code content} where {@code target} says, instead of what is there. */
  public static void write(Path target, byte[] content) throws IOException {
    Path directory = target.resolveSibling("");
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
      for (Path made = directory.toAbsolutePath().getParent();
          made != null && Files.isWritable(made);
          made = made.getParent()) {
        force(made);
      }
    }
    Path part = Files.createTempFile(directory, target.getFileName().toString(), HALF_WRITTEN);
    try {
      try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
        file.force(true);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      force(directory);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Forces the names in a directory to disk, where the operating system can. */
  static void force(Path directory) {
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    } catch (IOException e) {
      // Not every system opens directories; those that do not, write names in order.
      return;
    }
  }

  /** Deletes what was being written when somebody stopped; nobody may be writing now. */
  public static void deleteHalfWritten(Path directory) throws IOException {
    List<Path> halves;
    try (Stream<Path> files = Files.list(directory)) {
      halves = files.filter(file -> file.toString().endsWith(HALF_WRITTEN)).toList();
    }
    for (Path half : halves) {
      Files.deleteIfExists(half);
    }
  }
}
