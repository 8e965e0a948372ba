package dev.bourse.scheduler;

import java.util.Arrays;

/**
 * The batch of one step: rows of {@link Demands} in the order in which they are computed, with the
 * tokens each gets and what is paid for them. Filled anew by {@link Planner#plan}.
 */
public final class StepPlan {
  private int size;
  private int tokens;
  private int[] rows = new int[64];
  private int[] granted = new int[64];
  private long[] payments = new long[64];
  private int[] grantOf = new int[64];

  /** Makes the plan empty, for {@code demands} rows. */
  public void clear(int demands) {
    if (grantOf.length < demands) {
      int capacity = Math.max(demands, grantOf.length * 2);
      rows = new int[capacity];
      granted = new int[capacity];
      payments = new long[capacity];
      grantOf = new int[capacity];
    }
    size = 0;
    tokens = 0;
    Arrays.fill(grantOf, 0, demands, -1);
  }

  /**
   * Gives a row tokens, and more of them if it has some already.
   *
   * @param payment micro-credits for all of these, not negative
   */
  public void grant(int row, int more, long payment) {
    int grant = grantOf[row];
    if (grant < 0) {
      grant = size++;
      grantOf[row] = grant;
      rows[grant] = row;
      granted[grant] = 0;
      payments[grant] = 0;
    }
    granted[grant] += more;
    payments[grant] += payment;
    tokens += more;
  }

  /** Has a grant cost {@code payment} micro-credits more, or less. */
  public void charge(int grant, long payment) {
    payments[grant] += payment;
  }

  /** Rows that get something. */
  public int size() {
    return size;
  }

  /** The row of {@link Demands} that the {@code grant}th grant is for. */
  public int row(int grant) {
    return rows[grant];
  }

  /** Tokens it gets. */
  public int tokens(int grant) {
    return granted[grant];
  }

  /** Micro-credits it pays for all of them. */
  public long payment(int grant) {
    return payments[grant];
  }

  /** The grant of a row, or -1 if it gets nothing. */
  public int grantOf(int row) {
    return grantOf[row];
  }

  /** Tokens a row gets; 0 for none. */
  public int tokensOf(int row) {
    return grantOf[row] < 0 ? 0 : granted[grantOf[row]];
  }

  /** Tokens the step computes. */
  public int tokens() {
    return tokens;
  }

  /**
   * Asserts what the engine relies on, whatever the policy: nobody is served beyond its demand,
   * never more than the step holds, no slot stays empty that somebody could use.
   *
   * @param slots tokens one step computes at most
   * @throws IllegalStateException naming the grant that breaks a rule
   */
  public void check(Demands demands, int slots) {
    int sum = 0;
    for (int grant = 0; grant < size; grant++) {
      int row = rows[grant];
      if (granted[grant] < 1 || granted[grant] > demands.tokens(row) || payments[grant] < 0) {
        throw new IllegalStateException(
            "context "
                + demands.context(row)
                + " is granted "
                + granted[grant]
                + " tokens for "
                + payments[grant]
                + " micro-credits, and demands "
                + demands.tokens(row));
      }
      sum += granted[grant];
    }
    int wanted = 0;
    for (int row = 0; row < demands.size() && wanted < slots; row++) {
      wanted += demands.tokens(row);
    }
    if (sum != tokens || sum != Math.min(slots, wanted)) {
      throw new IllegalStateException(
          sum + " tokens are planned of " + wanted + " wanted and " + slots + " slots");
    }
  }
}
