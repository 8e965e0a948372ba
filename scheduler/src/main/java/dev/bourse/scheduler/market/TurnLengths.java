package dev.bourse.scheduler.market;

import java.util.Arrays;

/**
 * How many steps the turns of an account last: mean and mean square of the latest, for {@link
 * DefaultBid}. Columns by account.
 *
 * <p>An account begins with what its parent has seen, as if that were {@link #PRIOR_TURNS} turns of
 * its own, for a process is like the one that started it; a tenant begins with a mean of 256 steps
 * and as much deviation (cv = 1). Then each turn counts as one among those seen, and from the 64th
 * on as one among 64, so that what is long ago is forgotten.
 *
 * <p>The mean is that of whole turns. It is used as the mean of what is <em>left</em> of a turn
 * that goes on, which is exact for lengths without memory (cv = 1), too long for regular ones, and
 * too short for heavy tails. O(1), integers only, the same answers for the same history.
 */
public final class TurnLengths {
  /** Means are in 2^-16 steps. */
  public static final int BITS = 16;

  /** A longer turn counts as this. */
  public static final int STEPS_MAX = 1 << 20;

  static final long SQUARE_MAX = ((long) STEPS_MAX * STEPS_MAX) << BITS;

  static final int PRIOR_TURNS = 4;
  private static final int MEMORY = 64;
  private static final long PRIOR_STEPS = 256;

  private long[] means = new long[64];
  private long[] squares = new long[64];
  private int[] counts = new int[64];

  /**
   * Begins anew for an account.
   *
   * @param parent whose turns its own will be like, or {@link Ledger#NONE}
   */
  public void open(int account, int parent) {
    if (account >= means.length) {
      int capacity = account * 2;
      means = Arrays.copyOf(means, capacity);
      squares = Arrays.copyOf(squares, capacity);
      counts = Arrays.copyOf(counts, capacity);
    }
    boolean known = parent != Ledger.NONE;
    means[account] = known ? means[parent] : PRIOR_STEPS << BITS;
    squares[account] = known ? squares[parent] : (2 * PRIOR_STEPS * PRIOR_STEPS) << BITS;
    counts[account] = PRIOR_TURNS;
  }

  /** A turn of the account has ended. */
  public void observe(int account, long steps) {
    if (steps < 0) {
      throw new IllegalArgumentException("account " + account + " had a turn of " + steps);
    }
    long length = Math.min(steps, STEPS_MAX);
    counts[account] = Math.min(counts[account] + 1, MEMORY);
    means[account] += ((length << BITS) - means[account]) / counts[account];
    squares[account] += (((length * length) << BITS) - squares[account]) / counts[account];
  }

  /** Mean length of a turn, in 2^-16 steps. */
  public long mean(int account) {
    return means[account];
  }

  /** Mean square of the lengths, in 2^-16 steps squared: mu^2(1+cv^2). */
  public long meanSquare(int account) {
    return squares[account];
  }
}
