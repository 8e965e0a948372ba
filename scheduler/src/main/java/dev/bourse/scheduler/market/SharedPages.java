package dev.bourse.scheduler.market;

import java.util.Arrays;

/**
 * Who uses which pages in memory: segments of the prefix tree, and contexts that end in them. A
 * context uses the segment it ends in, all segments above that, and pages of its own that nobody
 * shares.
 *
 * <p>A context of which a part was dropped, and which therefore ends in several segments, is
 * several rows of one account; its own pages are in one of them.
 *
 * <p>Whoever asks clears the table and fills it anew; it keeps its memory.
 */
public final class SharedPages {
  /** No parent, or no segment. */
  public static final int NONE = -1;

  /** Pages in all, at most: a page is divided into 2^32 parts, and all of them are counted. */
  public static final int PAGES_MAX = Integer.MAX_VALUE;

  private int pagesInAll;

  private int segments;
  private int[] parents = new int[64];
  private int[] pages = new int[64];

  private int contexts;
  private int[] accounts = new int[64];
  private int[] ends = new int[64];
  private int[] own = new int[64];
  private long[] bids = new long[64];

  public void clear() {
    segments = 0;
    contexts = 0;
    pagesInAll = 0;
  }

  /**
   * Adds a segment below one that was added before.
   *
   * @param parent segment, or {@link #NONE}
   * @param segmentPages pages it has, not negative
   * @return the segment
   */
  public int addSegment(int parent, int segmentPages) {
    requireSegment(parent);
    count(segmentPages);
    if (segments == parents.length) {
      parents = Arrays.copyOf(parents, segments * 2);
      pages = Arrays.copyOf(pages, segments * 2);
    }
    parents[segments] = parent;
    pages[segments] = segmentPages;
    return segments++;
  }

  /**
   * Adds a context.
   *
   * @param account who pays for it
   * @param segment it ends in, or {@link #NONE}
   * @param ownPages pages that only it has, not negative
   * @param bid micro-credits it offers for each page and tick, not negative
   * @return the context's row
   */
  public int addContext(int account, int segment, int ownPages, long bid) {
    requireSegment(segment);
    if (account < 0 || bid < 0) {
      throw new IllegalArgumentException(
          "a context of account " + account + " bids " + bid + ": give 0 or more for both");
    }
    count(ownPages);
    if (contexts == accounts.length) {
      accounts = Arrays.copyOf(accounts, contexts * 2);
      ends = Arrays.copyOf(ends, contexts * 2);
      own = Arrays.copyOf(own, contexts * 2);
      bids = Arrays.copyOf(bids, contexts * 2);
    }
    accounts[contexts] = account;
    ends[contexts] = segment;
    own[contexts] = ownPages;
    bids[contexts] = bid;
    return contexts++;
  }

  private void requireSegment(int segment) {
    if (segment < NONE || segment >= segments) {
      throw new IllegalArgumentException(
          "there is no segment " + segment + " yet: there are " + segments);
    }
  }

  private void count(int more) {
    if (more < 0 || more > PAGES_MAX - pagesInAll) {
      throw new IllegalArgumentException(
          more + " more pages beside " + pagesInAll + ": 0 to " + PAGES_MAX + " in all");
    }
    pagesInAll += more;
  }

  public int segments() {
    return segments;
  }

  public int parent(int segment) {
    return parents[segment];
  }

  public int pages(int segment) {
    return pages[segment];
  }

  public int contexts() {
    return contexts;
  }

  public int account(int context) {
    return accounts[context];
  }

  /** The segment it ends in, or {@link #NONE}. */
  public int end(int context) {
    return ends[context];
  }

  public int own(int context) {
    return own[context];
  }

  public long bid(int context) {
    return bids[context];
  }

  /** Pages of all segments, and all contexts' own. */
  public int pagesInAll() {
    return pagesInAll;
  }
}
