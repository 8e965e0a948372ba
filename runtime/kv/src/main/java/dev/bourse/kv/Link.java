package dev.bourse.kv;

import org.jspecify.annotations.Nullable;

/**
 * An entry of a page table: a sealed page, and the entries before it. Entries never change, so a
 * fork shares them all by sharing the last.
 *
 * <p>An entry counts who holds it: page tables that end in it, and entries right after it. As long
 * as somebody does, it holds its page and the entry before it. It counts in the same way who wants
 * it in memory. So taking one more holder is a constant amount of work however long the table is.
 *
 * <p>A <em>dropped</em> entry keeps its place, and does not hold its page: no row will see it. The
 * pages of the entries after it cannot be computed again, for their rows may have seen it.
 */
final class Link {
  private final @Nullable Link previous;
  private final Page page;
  private final boolean dropped;
  private final boolean irreplaceable;
  private int holders;
  private int pins;
  private final PageTree.Mark mark;

  Link(@Nullable Link previous, Page page, boolean dropped) {
    this.previous = previous;
    this.page = page;
    this.dropped = dropped;
    this.irreplaceable = previous != null && (previous.dropped || previous.irreplaceable);
    this.mark = irreplaceable ? new PageTree.Mark() : page.mark();
  }

  @Nullable Link previous() {
    return previous;
  }

  Page page() {
    return page;
  }

  boolean dropped() {
    return dropped;
  }

  /** Whether an entry before it is dropped. */
  boolean irreplaceable() {
    return irreplaceable;
  }

  /** Where it is in the tree: where its page is, as long as no page before it is dropped. */
  PageTree.Mark mark() {
    return mark;
  }

  int holders() {
    return holders;
  }

  int pins() {
    return pins;
  }

  static void hold(@Nullable Link link, PageCache cache) {
    for (Link at = link; at != null && at.holders++ == 0; at = at.previous) {
      if (!at.dropped) {
        cache.hold(at.page, at.irreplaceable);
      }
    }
  }

  static void release(@Nullable Link link, PageCache cache) {
    for (Link at = link; at != null; at = at.previous) {
      if (at.holders == 0) {
        throw new IllegalStateException("an entry of a page table is released once too often");
      }
      if (--at.holders > 0) {
        return;
      }
      if (!at.dropped) {
        cache.release(at.page, at.irreplaceable);
      }
    }
  }

  static void pin(@Nullable Link link, PageCache cache) {
    for (Link at = link; at != null && at.pins++ == 0; at = at.previous) {
      if (!at.dropped) {
        cache.pin(at.page);
      }
    }
  }

  static void unpin(@Nullable Link link, PageCache cache) {
    for (Link at = link; at != null; at = at.previous) {
      if (at.pins == 0) {
        throw new IllegalStateException("an entry of a page table is unpinned once too often");
      }
      if (--at.pins > 0) {
        return;
      }
      if (!at.dropped) {
        cache.unpin(at.page);
      }
    }
  }
}
