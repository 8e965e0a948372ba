package dev.bourse.kv;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Pages that had to leave memory and are still wanted: a file of slots of one page each. It belongs
 * to the engine that made it and is worth nothing to another, so it has no name while it is open
 * where the file system allows that, and no crash leaves it behind.
 *
 * <p>Safe to use from any thread.
 */
public final class SpillFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
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
    Path path = Files.createTempFile(folder, "bourse-", ".spill");
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      Files.delete(path);
    } catch (IOException e) {
      // Systems that cannot delete an open file: close() does it.
      path.toFile().deleteOnExit();
    }
    int capacity = (int) Math.min(Integer.MAX_VALUE, bytesMax / pageBytes);
    return new SpillFile(path, channel, pageBytes, capacity);
  }

  private SpillFile(Path path, FileChannel channel, long pageBytes, int capacity) {
    this.path = path;
    this.channel = channel;
    this.pageBytes = pageBytes;
    this.capacity = capacity;
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
    if (page.byteSize() != pageBytes) {
      throw new IllegalArgumentException(page.byteSize() + " bytes are not a page");
    }
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
      ByteBuffer bytes = page.asByteBuffer();
      long at = number * pageBytes;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
      return slot;
    } catch (Throwable failure) {
      slot.release();
      throw failure;
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
    Files.deleteIfExists(path);
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
      ByteBuffer bytes = to.asByteBuffer();
      long at = number * pageBytes;
      while (bytes.hasRemaining()) {
        int read = channel.read(bytes, at);
        if (read < 0) {
          throw new IOException("the spill file ends inside of slot " + number);
        }
        at += read;
      }
      if (checksum(to) != checksum) {
        throw new IOException("slot " + number + " of the spill file is not what was written");
      }
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
