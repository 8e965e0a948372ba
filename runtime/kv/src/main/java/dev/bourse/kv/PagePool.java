package dev.bourse.kv;

import dev.bourse.tensor.OffHeapMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;

/**
 * All KV pages of an engine: one off-heap segment cut into pages of equal size, a free list, and a
 * reference count for each page.
 *
 * <p>A page knows the tokens and positions in its slots beside their keys and values, so that what
 * is shared between contexts is shared whole.
 *
 * <p>Free pages are handed out lowest number first, so the same history gives the same pages.
 */
public final class PagePool implements AutoCloseable {
  private final KvLayout layout;
  private final OffHeapMemory memory;
  private final int[] references;
  private final int[] tokens;
  private final int[] positions;
  private final BitSet free;
  private int freeCount;

  /**
   * A pool of {@code pages} pages, all free.
   *
   * @throws IllegalArgumentException if {@code pages} is not positive
   */
  public PagePool(KvLayout layout, int pages) {
    if (pages <= 0) {
      throw new IllegalArgumentException("a page pool needs at least one page, not " + pages);
    }
    this.layout = layout;
    this.memory = OffHeapMemory.allocate(Math.multiplyExact(layout.pageBytes(), (long) pages));
    this.references = new int[pages];
    this.tokens = new int[Math.multiplyExact(pages, layout.pageTokens())];
    this.positions = new int[tokens.length];
    this.free = new BitSet(pages);
    free.set(0, pages);
    this.freeCount = pages;
  }

  public KvLayout layout() {
    return layout;
  }

  /** The memory of all pages. */
  public MemorySegment memory() {
    return memory.segment();
  }

  /** Byte offset of {@code page} inside {@link #memory()}. */
  public long byteOffset(int page) {
    return page * layout.pageBytes();
  }

  public int pageCount() {
    return references.length;
  }

  public int freeCount() {
    return freeCount;
  }

  public int residentCount() {
    return references.length - freeCount;
  }

  /** How many page tables hold {@code page}. */
  public int references(int page) {
    return references[page];
  }

  /**
   * Takes a free page; its contents are undefined.
   *
   * @throws IllegalStateException if none is free: callers ask {@link #freeCount()} first
   */
  int allocate() {
    int page = free.nextSetBit(0);
    if (page < 0) {
      throw new IllegalStateException(
          "no free page: all " + references.length + " are resident; ask freeCount() first");
    }
    free.clear(page);
    freeCount--;
    references[page] = 1;
    return page;
  }

  /** One more holder of a page that is held already. */
  void retain(int page) {
    requireHeld(page);
    references[page]++;
  }

  /** One holder less; the last one frees the page. */
  void release(int page) {
    requireHeld(page);
    if (--references[page] == 0) {
      free.set(page);
      freeCount++;
    }
  }

  /** Copies keys, values, tokens and positions of one page to another. */
  void copy(int from, int to) {
    int slots = layout.pageTokens();
    System.arraycopy(tokens, from * slots, tokens, to * slots, slots);
    System.arraycopy(positions, from * slots, positions, to * slots, slots);
    MemorySegment all = memory.segment();
    MemorySegment.copy(all, byteOffset(from), all, byteOffset(to), layout.pageBytes());
  }

  /**
   * Asserts the conservation law against what the page tables hold.
   *
   * @param held for each page, how many page tables hold it
   * @throws IllegalStateException naming the page whose count is wrong
   */
  public void check(int[] held) {
    for (int page = 0; page < references.length; page++) {
      if (references[page] != held[page]) {
        throw new IllegalStateException(
            "page " + page + " counts " + references[page] + " holders, but has " + held[page]);
      }
    }
    check();
  }

  /** Asserts free + resident = all, and that exactly the unheld pages are free. */
  public void check() {
    long unheld = Arrays.stream(references).filter(count -> count == 0).count();
    if (unheld != freeCount || free.cardinality() != freeCount) {
      throw new IllegalStateException(
          freeCount + " pages are counted free, but " + unheld + " have no holder");
    }
  }

  int token(int page, int slot) {
    return tokens[page * layout.pageTokens() + slot];
  }

  int position(int page, int slot) {
    return positions[page * layout.pageTokens() + slot];
  }

  void record(int page, int slot, int token, int position) {
    tokens[page * layout.pageTokens() + slot] = token;
    positions[page * layout.pageTokens() + slot] = position;
  }

  private void requireHeld(int page) {
    if (references[page] == 0) {
      throw new IllegalStateException("page " + page + " is free: nobody may share or release it");
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
