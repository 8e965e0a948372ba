package dev.bourse.server.serve;

import dev.bourse.server.CommandException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the server of a data folder. The operating system takes it back from a process
 * that ends, however it ends: the file stays, and means nothing by itself.
 */
final class ServerLock implements AutoCloseable {
  private static final String NAME = "server.lock";

  private final FileChannel file;

  private ServerLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes it; makes the folder if it is not there.
   *
   * @throws CommandException if another server has it, or the folder cannot be written
   */
  static ServerLock take(Path folder) {
    Path path = folder.resolve(NAME);
    try {
      Files.createDirectories(folder);
      FileChannel file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (tryLock(file) == null) {
          throw CommandException.failed(
              "another server (%s) uses %s: stop it, or give this one a folder of its own with --data"
                  .formatted(holder(file), folder));
        }
        file.truncate(0);
        file.write(bytes("process " + ProcessHandle.current().pid()), 0);
        return new ServerLock(file);
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw CommandException.badFile(
          "the data folder %s cannot be used: %s".formatted(folder, e), e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // This very process has it.
    }
  }

  /** As its holder has written. */
  private static String holder(FileChannel file) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(64);
    file.read(text, 0);
    return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw CommandException.badFile("the data folder's lock cannot be given back: " + e, e);
    }
  }
}
