package dev.bourse.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Zeroed memory outside the Java heap, on huge pages where the system has them.
 *
 * <p>A kernel that reads weights at DRAM speed loses about a sixth of it to address translation on
 * 4 KiB pages. So the memory comes from {@code mmap} with {@code madvise(MADV_HUGEPAGE)} on Linux,
 * and from an {@link Arena} elsewhere. It is 64-byte aligned, and {@link #SLACK_BYTES} readable
 * bytes follow the requested ones, so that a vector load at the end never leaves the mapping.
 */
public final class OffHeapMemory implements AutoCloseable {
  /** Readable bytes after the end of {@link #segment()}. */
  public static final int SLACK_BYTES = 256;

  static final int ALIGNMENT = 64;

  private final Arena arena;
  private final MemorySegment segment;
  private final boolean hugePages;

  private OffHeapMemory(Arena arena, MemorySegment segment, boolean hugePages) {
    this.arena = arena;
    this.segment = segment;
    this.hugePages = hugePages;
  }

  /**
   * Allocates {@code bytes} zeroed bytes.
   *
   * @throws IllegalArgumentException if {@code bytes} is not positive
   * @throws OutOfMemoryError if the system has not that much memory
   */
  public static OffHeapMemory allocate(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("cannot allocate " + bytes + " bytes of off-heap memory");
    }
    long size = Math.addExact(bytes, SLACK_BYTES);
    Arena arena = Arena.ofShared();
    try {
      MemorySegment mapped = HugePages.map(size, arena);
      boolean huge = mapped != null;
      MemorySegment all = mapped == null ? arena.allocate(size, ALIGNMENT) : mapped;
      return new OffHeapMemory(arena, all.asSlice(0, bytes), huge);
    } catch (Throwable failure) {
      arena.close();
      throw failure;
    }
  }

  /** The memory; access after {@link #close()} throws {@link IllegalStateException}. */
  public MemorySegment segment() {
    return segment;
  }

  /** Whether huge pages were asked for; the system gives them if it can. */
  public boolean hugePages() {
    return hugePages;
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    arena.close();
  }
}
