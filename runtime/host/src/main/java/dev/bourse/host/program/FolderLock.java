package dev.bourse.host.program;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/** The right to change a folder, among the threads of this process and among processes. */
public final class FolderLock implements AutoCloseable {
  /** A file can be locked once in a process; changes are rare, so all folders share this. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final FileLock lock;

  private FolderLock(FileLock lock) {
    this.lock = lock;
  }

  /** Waits for its turn; makes the folder if it is not there. */
  public static FolderLock take(Path folder) throws IOException {
    THREADS.lock();
    try {
      Files.createDirectories(folder);
      FileChannel file =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        return new FolderLock(file.lock());
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      THREADS.unlock();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      lock.acquiredBy().close();
    } finally {
      THREADS.unlock();
    }
  }
}
