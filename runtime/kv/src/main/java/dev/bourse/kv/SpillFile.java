package dev.bourse.kv;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Pages that had to leave memory and are still wanted: a file of slots of one page each. It belongs
 * to the engine that made it and is worth nothing to another, so it has no name while it is open
 * where the file system allows that, and no crash leaves it behind.
 *
 * <p>Safe to use from any thread, interrupted ones too.
 */
public final class SpillFile implements AutoCloseable {
  private final FileChannel channel;
  private final Executor threads = task -> Thread.ofVirtual().name("bourse-spill").start(task);
  private final long pageBytes;
  private final int capacity;
  private final BitSet used = new BitSet();
  private int usedCount;

  /**
   * Creates an empty file.
   *
   * @param folder where; made if it is missing
   * @param pageBytes bytes of a page
   * @param bytesMax how large it may grow
   */
  public static SpillFile create(Path folder, long pageBytes, long bytesMax) throws IOException {
    Files.createDirectories(folder);
    // Where an open file can be deleted, it is at once.
    FileChannel channel =
        FileChannel.open(
            Files.createTempFile(folder, "bourse-", ".spill"),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    return new SpillFile(channel, pageBytes, bytesMax);
  }

  SpillFile(FileChannel channel, long pageBytes, long bytesMax) {
    this.channel = channel;
    this.pageBytes = pageBytes;
    this.capacity = (int) Math.min(Integer.MAX_VALUE, bytesMax / pageBytes);
  }

  /** Pages it may hold. */
  public int capacity() {
    return capacity;
  }

  /** Pages it holds. */
  public synchronized int usedCount() {
    return usedCount;
  }

  /**
   * Writes a page.
   *
   * @return where it lies, or null if the file is as large as it may be
   * @throws IOException if it cannot be written; the file is as it was before
   */
  public @Nullable Slot write(MemorySegment page) throws IOException {
    requirePage(page);
    int number;
    synchronized (this) {
      number = used.nextClearBit(0);
      if (number >= capacity) {
        return null;
      }
      used.set(number);
      usedCount++;
    }
    Slot slot = new Slot(number, checksum(page));
    try {
      sheltered(() -> write(page.asByteBuffer(), slot.offset()));
      return slot;
    } catch (Throwable failure) {
      slot.release();
      throw failure;
    }
  }

  private void write(ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  private void read(ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      int read = channel.read(bytes, at);
      if (read < 0) {
        throw new IOException("the spill file ends before byte " + (offset + pageBytes));
      }
      at += read;
    }
  }

  private interface Transfer {
    void run() throws IOException;
  }

  /**
   * Reads or writes on a thread that nobody interrupts: an interrupt would close the file for all.
   */
  private void sheltered(Transfer transfer) throws IOException {
    Optional<IOException> failure =
        CompletableFuture.supplyAsync(
                () -> {
                  try {
                    transfer.run();
                    return Optional.<IOException>empty();
                  } catch (IOException e) {
                    return Optional.of(e);
                  }
                },
                threads)
            .join();
    if (failure.isPresent()) {
      throw new IOException(failure.get().getMessage(), failure.get());
    }
  }

  private void requirePage(MemorySegment page) {
    if (page.byteSize() != pageBytes) {
      throw new IllegalArgumentException(
          "a page has " + pageBytes + " bytes, not " + page.byteSize());
    }
  }

  private static int checksum(MemorySegment page) {
    CRC32C crc = new CRC32C();
    crc.update(page.asByteBuffer());
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** A page in the file. */
  public final class Slot implements PageCopy {
    private final int number;
    private final int checksum;

    private Slot(int number, int checksum) {
      this.number = number;
      this.checksum = checksum;
    }

    @Override
    public void read(MemorySegment to) throws IOException {
      requirePage(to);
      sheltered(() -> SpillFile.this.read(to.asByteBuffer(), offset()));
      if (checksum(to) != checksum) {
        throw new IOException("slot " + number + " of the spill file is not what was written");
      }
    }

    long offset() {
      return number * pageBytes;
    }

    /** The page is not wanted any more. */
    void release() {
      synchronized (SpillFile.this) {
        if (!used.get(number)) {
          throw new IllegalStateException("slot " + number + " of the spill file is free already");
        }
        used.clear(number);
        usedCount--;
      }
    }
  }
}
