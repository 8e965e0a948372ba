package dev.bourse.kv;

import dev.bourse.tensor.OffHeapMemory;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * The memory of all KV pages of an engine: one off-heap segment cut into <em>frames</em> of a page
 * each, and a free list. What lies in a frame, and who may use it, is {@link PageCache}'s business.
 *
 * <p>Free frames are handed out lowest number first, so the same history gives the same frames.
 */
public final class PagePool implements AutoCloseable {
  private final KvLayout layout;
  private final OffHeapMemory memory;
  private final int frames;
  private final BitSet free;
  private int freeCount;

  /**
   * A pool of {@code frames} frames, all free.
   *
   * @throws IllegalArgumentException if {@code frames} is not positive
   */
  public PagePool(KvLayout layout, int frames) {
    if (frames <= 0) {
      throw new IllegalArgumentException("a page pool needs at least one page, not " + frames);
    }
    this.layout = layout;
    this.memory = OffHeapMemory.allocate(Math.multiplyExact(layout.pageBytes(), (long) frames));
    this.frames = frames;
    this.free = new BitSet(frames);
    free.set(0, frames);
    this.freeCount = frames;
  }

  public KvLayout layout() {
    return layout;
  }

  /** The memory of all frames. */
  public MemorySegment memory() {
    return memory.segment();
  }

  /** Byte offset of {@code frame} inside {@link #memory()}. */
  public long byteOffset(int frame) {
    return frame * layout.pageBytes();
  }

  /** The bytes of one frame. */
  public MemorySegment frame(int frame) {
    return memory.segment().asSlice(byteOffset(frame), layout.pageBytes());
  }

  /** Frames there are, free or not. */
  public int pageCount() {
    return frames;
  }

  public int freeCount() {
    return freeCount;
  }

  public boolean isFree(int frame) {
    return free.get(frame);
  }

  /**
   * Takes a free frame; its contents are undefined.
   *
   * @throws IllegalStateException if none is free: callers ask {@link #freeCount()} first
   */
  int allocate() {
    int frame = free.nextSetBit(0);
    if (frame < 0) {
      throw new IllegalStateException(
          "no free frame: all " + frames + " are in use; ask freeCount() first");
    }
    free.clear(frame);
    freeCount--;
    return frame;
  }

  /** Gives a frame back. */
  void release(int frame) {
    if (free.get(frame)) {
      throw new IllegalStateException("frame " + frame + " is free already");
    }
    free.set(frame);
    freeCount++;
  }

  /** Copies the keys and values of one frame to another. */
  void copy(int from, int to) {
    MemorySegment all = memory.segment();
    MemorySegment.copy(all, byteOffset(from), all, byteOffset(to), layout.pageBytes());
  }

  @Override
  public void close() {
    memory.close();
  }
}
