package dev.bourse.kv.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The file system of the machine.
 *
 * <p>An interrupt closes a {@link java.nio.channels.FileChannel} for everybody who reads from it.
 * An asynchronous channel does not know interrupts; its operations run in the calling thread here.
 */
final class FileStorage implements Storage {
  /** The locks of this process: the system's are between processes only. */
  private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  @Override
  public File open(Path file, Access access) throws IOException {
    Set<OpenOption> options =
        switch (access) {
          case READ -> Set.of(StandardOpenOption.READ);
          case CREATE -> Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
          case UPDATE ->
              Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        };
    return new Channel(AsynchronousFileChannel.open(file, options, CallerRuns.INSTANCE));
  }

  @Override
  public OptionalLong size(Path file) throws IOException {
    try {
      return OptionalLong.of(Files.size(file));
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public Instant modified(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant();
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.delete(file);
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    try (File opened = open(folder, Access.READ)) {
      opened.sync();
    }
  }

  /**
   * Closing any file releases the system's locks of the process on it, so the file is opened for
   * each lock, and only while this process has no other.
   */
  @Override
  public Closeable lock(Path file) throws IOException {
    Path folder = Objects.requireNonNull(file.getParent(), "the folder of a lock").toRealPath();
    ReentrantLock local = LOCKS.computeIfAbsent(folder, path -> new ReentrantLock());
    if (local.isHeldByCurrentThread()) {
      throw new IllegalStateException("this thread holds the lock of " + file + " already");
    }
    local.lock();
    try {
      Channel channel = (Channel) open(file, Access.UPDATE);
      try {
        await(channel.channel.lock());
      } catch (Throwable failure) {
        channel.close();
        throw failure;
      }
      return () -> {
        try (channel) {
          // Closing the file releases the system's lock.
        } finally {
          local.unlock();
        }
      };
    } catch (Throwable failure) {
      local.unlock();
      throw failure;
    }
  }

  private static <T> T await(Future<T> done) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return done.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private record Channel(AsynchronousFileChannel channel) implements File {
    @Override
    public int read(ByteBuffer to, long position) throws IOException {
      return await(channel.read(to, position));
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      return await(channel.write(from, position));
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void sync() throws IOException {
      channel.force(true);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
