package dev.bourse.scheduler;

import java.util.Arrays;

/**
 * What contexts want of the next step: one row for each context that waits.
 *
 * <p>There is no prefill and no decode: a context has computed tokens and wanted tokens, and a step
 * brings the first nearer to the second. A decode is a demand of one.
 *
 * <p>Whoever plans a step clears the table and fills it anew; it keeps its memory.
 */
public final class Demands {
  private int size;
  private long[] contexts = new long[64];
  private int[] accounts = new int[64];
  private long[] turns = new long[64];
  private int[] tokens = new int[64];
  private long[] bids = new long[64];
  private int[] waits = new int[64];
  private int[] cached = new int[64];

  public void clear() {
    size = 0;
  }

  /**
   * Adds a row.
   *
   * @param context identifies the context
   * @param account who pays for it
   * @param turn when its turn began, as a sequence number: lower came first. A turn is what an
   *     agent does between two pauses: a prompt and the decodes that follow it
   * @param tokens tokens it can use in this step, at least 1: at most a chunk, so that a long
   *     prompt does not make everybody else's decode wait
   * @param bid micro-credits it offers for each token slot, not negative
   * @param waited steps since it was last served, or since it began to wait
   * @param cached tokens of it that are in memory, which would be for nothing if they had to leave
   * @return the row
   */
  public int add(
      long context, int account, long turn, int tokens, long bid, int waited, int cached) {
    if (tokens < 1 || bid < 0) {
      throw new IllegalArgumentException(
          "context " + context + " demands " + tokens + " tokens for " + bid + " micro-credits");
    }
    if (size == contexts.length) {
      grow();
    }
    int row = size++;
    this.contexts[row] = context;
    this.accounts[row] = account;
    this.turns[row] = turn;
    this.tokens[row] = tokens;
    this.bids[row] = bid;
    this.waits[row] = waited;
    this.cached[row] = cached;
    return row;
  }

  /** Takes over the rows of another table. */
  public void copy(Demands other) {
    while (contexts.length < other.size) {
      grow();
    }
    size = other.size;
    System.arraycopy(other.contexts, 0, contexts, 0, size);
    System.arraycopy(other.accounts, 0, accounts, 0, size);
    System.arraycopy(other.turns, 0, turns, 0, size);
    System.arraycopy(other.tokens, 0, tokens, 0, size);
    System.arraycopy(other.bids, 0, bids, 0, size);
    System.arraycopy(other.waits, 0, waits, 0, size);
    System.arraycopy(other.cached, 0, cached, 0, size);
  }

  /** Has a row offer at most {@code most} micro-credits for each token slot, not negative. */
  public void limitBid(int row, long most) {
    bids[row] = Math.min(bids[row], most);
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

  public long turn(int row) {
    return turns[row];
  }

  public int tokens(int row) {
    return tokens[row];
  }

  public long bid(int row) {
    return bids[row];
  }

  public int waited(int row) {
    return waits[row];
  }

  public int cached(int row) {
    return cached[row];
  }

  /** Whether the one row came before the other; contexts of one turn come in the order of ids. */
  public boolean isBefore(int row, int other) {
    return turns[row] != turns[other] ? turns[row] < turns[other] : contexts[row] < contexts[other];
  }

  private void grow() {
    int capacity = contexts.length * 2;
    contexts = Arrays.copyOf(contexts, capacity);
    accounts = Arrays.copyOf(accounts, capacity);
    turns = Arrays.copyOf(turns, capacity);
    tokens = Arrays.copyOf(tokens, capacity);
    bids = Arrays.copyOf(bids, capacity);
    waits = Arrays.copyOf(waits, capacity);
    cached = Arrays.copyOf(cached, capacity);
  }
}
