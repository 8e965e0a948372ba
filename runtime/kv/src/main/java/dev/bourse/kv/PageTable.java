package dev.bourse.kv;

import java.util.Arrays;

/**
 * The pages of one context, in order: first the committed ones, which are immutable and may be
 * shared with other tables, then the working ones, which are its own and still change.
 *
 * <p>Slot {@code i} of the context lies in page {@code i / pageTokens}. Slots are filled in order;
 * the first {@link #length()} hold a token. Every page before the last used one is full.
 *
 * <p>Operations that need pages never wait: the caller asks {@link PagePool#freeCount()} first.
 */
public final class PageTable {
  private final PagePool pool;
  private int[] pages;
  private int committed;
  private int working;
  private int length;
  private int highestCommittedPosition;

  /** An empty table. */
  public PageTable(PagePool pool) {
    this.pool = pool;
    this.pages = new int[4];
    this.highestCommittedPosition = -1;
  }

  private PageTable(PageTable from, int[] pages) {
    this.pool = from.pool;
    this.pages = pages;
    this.committed = from.committed;
    this.working = from.working;
    this.length = from.length;
    this.highestCommittedPosition = from.highestCommittedPosition;
  }

  /** Slots that hold a token, in committed and working pages. */
  public int length() {
    return length;
  }

  /** Slots there are, used or not. */
  public int capacity() {
    return pageCount() * pageTokens();
  }

  public int pageTokens() {
    return pool.layout().pageTokens();
  }

  public int committedPages() {
    return committed;
  }

  public int workingPages() {
    return working;
  }

  public int pageCount() {
    return committed + working;
  }

  /** Tokens in the working pages. */
  public int workingTokens() {
    return length - committed * pageTokens();
  }

  /** The page that holds slot {@code index * pageTokens} and those after it. */
  public int page(int index) {
    return pages[requireIndex("page", index, pageCount())];
  }

  /** The page numbers in order, in {@code to} or, where it is too short, in a longer array. */
  public int[] copyPages(int[] to) {
    int[] target = ensureLength(to, pageCount());
    System.arraycopy(pages, 0, target, 0, pageCount());
    return target;
  }

  /** The token in {@code slot}. */
  public int token(int slot) {
    requireIndex("slot", slot, length);
    return pool.token(pages[slot / pageTokens()], slot % pageTokens());
  }

  /** The position at which the token in {@code slot} was computed. */
  public int position(int slot) {
    requireIndex("slot", slot, length);
    return pool.position(pages[slot / pageTokens()], slot % pageTokens());
  }

  /**
   * Adds {@code count} working pages.
   *
   * @throws IllegalStateException if fewer are free
   */
  public void reserve(int count) {
    requireCount("reserve", count, pool.freeCount());
    pages = ensureLength(pages, pageCount() + count);
    for (int i = 0; i < count; i++) {
      pages[pageCount()] = pool.allocate();
      working++;
    }
  }

  /** Gives back the last {@code count} working pages, with the tokens in them. */
  public void releaseWorking(int count) {
    requireCount("release", count, working);
    for (int i = 0; i < count; i++) {
      working--;
      pool.release(pages[pageCount()]);
    }
    length = Math.min(length, capacity());
  }

  /**
   * Records the next token; its keys and values are written by the forward pass that follows.
   *
   * @return the slot
   * @throws IllegalStateException if the reserved pages are full
   */
  public int append(int token, int position) {
    if (length == capacity()) {
      throw new IllegalStateException(
          "the context is full at " + length + " tokens: reserve working pages first");
    }
    int page = pages[length / pageTokens()];
    if (length < committed * pageTokens() || pool.references(page) != 1) {
      throw new IllegalStateException("page " + page + " is shared or committed: it never changes");
    }
    pool.record(page, length % pageTokens(), token, position);
    return length++;
  }

  /** Removes the last {@code count} tokens from the working pages; the pages stay reserved. */
  public void truncate(int count) {
    requireCount("truncate", count, workingTokens());
    length -= count;
  }

  /**
   * Makes the first {@code count} working pages immutable and so shareable.
   *
   * @throws IllegalStateException if one is not full, or if its positions do not lie after every
   *     committed one
   */
  public void commit(int count) {
    requireCount("commit", count, working);
    int end = (committed + count) * pageTokens();
    if (end > length) {
      throw new IllegalStateException(
          "cannot commit "
              + count
              + " pages: "
              + workingTokens()
              + " working tokens fill only "
              + workingTokens() / pageTokens());
    }
    int from = committed * pageTokens();
    int highest = highestCommittedPosition;
    for (int slot = from; slot < end; slot++) {
      if (position(slot) <= highestCommittedPosition) {
        throw new IllegalStateException(
            "cannot commit position "
                + position(slot)
                + ": position "
                + highestCommittedPosition
                + " is committed");
      }
      highest = Math.max(highest, position(slot));
    }
    highestCommittedPosition = highest;
    committed += count;
    working -= count;
  }

  /** Free pages a {@link #fork} needs. */
  public int forkCost() {
    return working;
  }

  /**
   * A table with the same contents: committed pages are shared, working ones copied.
   *
   * @throws IllegalStateException if fewer than {@link #forkCost()} pages are free
   */
  public PageTable fork() {
    requireCount("copy", working, pool.freeCount());
    int[] copy = Arrays.copyOf(pages, Math.max(4, pageCount()));
    for (int i = 0; i < committed; i++) {
      pool.retain(copy[i]);
    }
    for (int i = committed; i < pageCount(); i++) {
      copy[i] = pool.allocate();
      pool.copy(pages[i], copy[i]);
    }
    return new PageTable(this, copy);
  }

  /** Gives back every page; the table is empty afterwards. */
  public void release() {
    for (int i = 0; i < pageCount(); i++) {
      pool.release(pages[i]);
    }
    committed = 0;
    working = 0;
    length = 0;
    highestCommittedPosition = -1;
  }

  /** Adds one to {@code held[page]} for each page in this table, for {@link PagePool#check}. */
  public void count(int[] held) {
    for (int i = 0; i < pageCount(); i++) {
      held[pages[i]]++;
    }
  }

  private static int[] ensureLength(int[] array, int length) {
    return array.length >= length
        ? array
        : Arrays.copyOf(array, Math.max(length, array.length * 2));
  }

  private static int requireIndex(String what, int index, int count) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException(what + " " + index + " of " + count);
    }
    return index;
  }

  private static void requireCount(String what, int count, int available) {
    if (count < 0 || count > available) {
      throw new IllegalStateException(
          "cannot " + what + " " + count + ": only " + available + " there are");
    }
  }
}
