package dev.bourse.scheduler;

import java.util.Arrays;
import java.util.function.IntToLongFunction;

/**
 * Fair shares of the slots: whoever was served least is served next (VTC; Sheng et al., OSDI'24).
 *
 * <p><b>Idea.</b> Every account has a counter of what it got: 1 for a token of a prompt, 2 for a
 * decode, which occupies its context's memory for a step to bring about one token; divided by the
 * account's weight. The account with the lowest counter has its first row served, in the order of
 * turns, and is counted up; again, until the slots are gone. So slots that one account does not use
 * are shared by the others, and no rate is set for anybody.
 *
 * <p><b>Lift.</b> Whoever comes back after a pause, or was not left waiting by the step before, has
 * its counter lifted to the lowest of those that wait: nobody saves up service by not asking for
 * it.
 *
 * <p><b>Guarantee.</b> While two accounts are both left waiting by every step, what they get,
 * divided by their weights, differs by 2U at most, U what the largest demand of one row counts,
 * divided by the least weight. For the counters of those that wait lie within U of each other: only
 * the lowest is counted up, by U at most, and the lift keeps whoever joins them inside. Of value it
 * knows nothing, nor of memory.
 *
 * <p><b>Cost.</b> O(n log n): each account's rows are put in order. Allocates only to grow.
 */
public final class VirtualTokenCounter implements Planner {
  private static final int NONE = -1;
  private static final int PROMPT_COST = 1;
  private static final int DECODE_COST = 2;

  /** A counter counts in parts of cost, so that weights divide it finely. */
  private static final int SCALE_BITS = 20;

  private final IntToLongFunction weights;
  private final RowHeap byTurn = new RowHeap();
  private final RowHeap byCounter = new RowHeap();
  private final RowHeap.Order servedLess = this::servedLess;

  /** The highest counter of all. */
  private long highest;

  // By account.
  private long[] counters = new long[64];
  private long[] planned = new long[64];
  private boolean[] waits = new boolean[64];
  private int[] firstRow = new int[64];
  private int[] lastRow = new int[64];

  private int[] nextRow = new int[64];

  /** All accounts weigh the same. */
  public VirtualTokenCounter() {
    this(account -> 1);
  }

  /**
   * @param weights of accounts, say their endowments; one below 1 counts as 1
   */
  public VirtualTokenCounter(IntToLongFunction weights) {
    this.weights = weights;
    Arrays.fill(firstRow, NONE);
  }

  /** What a token counts: more for a decode. */
  static int cost(Demands demands, int row) {
    return demands.tokens(row) == 1 ? DECODE_COST : PROMPT_COST;
  }

  @Override
  public void plan(Demands demands, int slots, StepPlan plan) {
    plan.clear(demands.size());
    list(demands);
    lift(demands);
    byCounter.clear(demands);
    for (int row = 0; row < demands.size(); row++) {
      if (firstRow[demands.account(row)] == row) {
        byCounter.add(row);
      }
    }
    byCounter.order(servedLess);
    int left = slots;
    while (left > 0 && !byCounter.isEmpty()) {
      int row = byCounter.remove();
      int account = demands.account(row);
      int tokens = Math.min(demands.tokens(row), left);
      plan.grant(row, tokens, 0);
      left -= tokens;
      long cost = ((long) tokens * cost(demands, row)) << SCALE_BITS;
      planned[account] += cost / Math.max(weights.applyAsLong(account), 1);
      if (nextRow[row] != NONE) {
        byCounter.insert(nextRow[row]);
      }
    }
    for (int row = 0; row < demands.size(); row++) {
      firstRow[demands.account(row)] = NONE;
    }
  }

  /** Lists the rows of each account in the order of turns. */
  private void list(Demands demands) {
    if (nextRow.length < demands.size()) {
      nextRow = new int[Math.max(demands.size(), nextRow.length * 2)];
    }
    byTurn.clear(demands);
    for (int row = 0; row < demands.size(); row++) {
      byTurn.add(row);
      grow(demands.account(row));
    }
    byTurn.order(Demands::isBefore);
    while (!byTurn.isEmpty()) {
      int row = byTurn.remove();
      int account = demands.account(row);
      nextRow[row] = NONE;
      if (firstRow[account] == NONE) {
        firstRow[account] = row;
      } else {
        nextRow[lastRow[account]] = row;
      }
      lastRow[account] = row;
    }
  }

  private void lift(Demands demands) {
    long lowest = Long.MAX_VALUE;
    for (int row = 0; row < demands.size(); row++) {
      int account = demands.account(row);
      if (waits[account]) {
        lowest = Math.min(lowest, counters[account]);
      }
    }
    long floor = lowest == Long.MAX_VALUE ? highest : lowest;
    for (int row = 0; row < demands.size(); row++) {
      int account = demands.account(row);
      planned[account] = waits[account] ? counters[account] : Math.max(counters[account], floor);
    }
  }

  private boolean servedLess(Demands demands, int row, int other) {
    long count = planned[demands.account(row)];
    long otherCount = planned[demands.account(other)];
    return count != otherCount ? count < otherCount : demands.isBefore(row, other);
  }

  @Override
  public void settle(Demands demands, StepPlan plan) {
    Arrays.fill(waits, false);
    for (int row = 0; row < demands.size(); row++) {
      int account = demands.account(row);
      counters[account] = planned[account];
      highest = Math.max(highest, counters[account]);
      waits[account] |= plan.tokensOf(row) < demands.tokens(row);
    }
  }

  private void grow(int account) {
    int accounts = counters.length;
    if (account >= accounts) {
      int capacity = Math.max(account + 1, accounts * 2);
      counters = Arrays.copyOf(counters, capacity);
      planned = Arrays.copyOf(planned, capacity);
      waits = Arrays.copyOf(waits, capacity);
      lastRow = Arrays.copyOf(lastRow, capacity);
      firstRow = Arrays.copyOf(firstRow, capacity);
      Arrays.fill(firstRow, accounts, capacity, NONE);
    }
  }
}
