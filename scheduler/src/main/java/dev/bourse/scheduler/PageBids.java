package dev.bourse.scheduler;

import java.util.Arrays;

/**
 * Contexts that want pages, or that hold some: one row for each. Whoever asks clears the table and
 * fills it anew; it keeps its memory.
 */
public final class PageBids {
  private int size;
  private long[] contexts = new long[64];
  private int[] accounts = new int[64];
  private long[] seniorities = new long[64];
  private long[] bids = new long[64];
  private int[] pages = new int[64];
  private long[] ticks = new long[64];
  private boolean[] idle = new boolean[64];

  public void clear() {
    size = 0;
  }

  /**
   * Adds a row.
   *
   * @param context identifies the context
   * @param account who pays for it
   * @param seniority of its process, or of its claim among those of its process: lower came first
   * @param bid micro-credits it offers for each page and step; for pages that several contexts
   *     share, the sum of what they offer
   * @param pages it wants in all, or holds
   * @param ticks since it began to wait; or, of one that holds pages, since it got them if it is at
   *     work, and since it was last at work if it is idle
   * @param idle whether it holds pages without anything to do
   * @return the row
   */
  public int add(
      long context, int account, long seniority, long bid, int pages, long ticks, boolean idle) {
    if (size == contexts.length) {
      grow();
    }
    int row = size++;
    this.contexts[row] = context;
    this.accounts[row] = account;
    this.seniorities[row] = seniority;
    this.bids[row] = bid;
    this.pages[row] = pages;
    this.ticks[row] = ticks;
    this.idle[row] = idle;
    return row;
  }

  public int size() {
    return size;
  }

  public long context(int row) {
    return contexts[row];
  }

  public int account(int row) {
    return accounts[row];
  }

  public long seniority(int row) {
    return seniorities[row];
  }

  public long bid(int row) {
    return bids[row];
  }

  public int pages(int row) {
    return pages[row];
  }

  public long ticks(int row) {
    return ticks[row];
  }

  public boolean idle(int row) {
    return idle[row];
  }

  private void grow() {
    int capacity = size * 2;
    contexts = Arrays.copyOf(contexts, capacity);
    accounts = Arrays.copyOf(accounts, capacity);
    seniorities = Arrays.copyOf(seniorities, capacity);
    bids = Arrays.copyOf(bids, capacity);
    pages = Arrays.copyOf(pages, capacity);
    ticks = Arrays.copyOf(ticks, capacity);
    idle = Arrays.copyOf(idle, capacity);
  }
}
