package dev.bourse.scheduler;

import java.util.Arrays;

/**
 * Longest cached prefix first, within fair shares (DLPM, deficit longest prefix match; Cao et al.,
 * "Locality-aware Fair Scheduling in LLM Serving", 2025).
 *
 * <p><b>Idea.</b> To serve those first who have the most tokens in memory makes the best use of the
 * cache, and starves the others. So an account may be served out of turn only for a while: each has
 * a deficit, as in deficit round robin (Shreedhar and Varghese 1995), which what it gets is taken
 * from, counted as in {@link VirtualTokenCounter}. Rows are served by their cached tokens, of
 * accounts whose deficit is positive; when none is left of those, all that wait are given a
 * quantum, or several if it takes more for one to go on. A small quantum is fair, a great one
 * local.
 *
 * <p><b>Guarantee.</b> While two accounts are both left waiting by every step, what they get
 * differs by 2(U + Q) at most, Q the quantum and U what the largest demand of one row counts: each
 * quantum is given to both, and a deficit is above -U and at most Q. Whoever leaves nothing waiting
 * takes no credit along: its deficit is 0 at most when it comes again.
 *
 * <p><b>Cost.</b> O(n log n) at worst, O(n + C log n) for C slots where deficits last. Allocates
 * only to grow.
 */
public final class LongestPrefix implements Planner {
  private final int quantum;
  private final RowHeap queue = new RowHeap();

  /** Rows of accounts whose deficit is used up. */
  private int[] aside = new int[64];

  private int asideCount;

  // By account.
  private long[] deficits = new long[64];
  private long[] planned = new long[64];
  private boolean[] waits = new boolean[64];

  /** Accounts that were given their quanta. */
  private boolean[] given = new boolean[64];

  /**
   * @param quantum what an account is given at once, at least 1: 1 for a token of a prompt, 2 for a
   *     decode
   */
  public LongestPrefix(int quantum) {
    if (quantum < 1) {
      throw new IllegalArgumentException("a quantum of " + quantum + ": give at least 1");
    }
    this.quantum = quantum;
  }

  @Override
  public void plan(Demands demands, int slots, StepPlan plan) {
    plan.clear(demands.size());
    queue.clear(demands);
    if (aside.length < demands.size()) {
      aside = new int[Math.max(demands.size(), aside.length * 2)];
    }
    for (int row = 0; row < demands.size(); row++) {
      int account = demands.account(row);
      grow(account);
      planned[account] = waits[account] ? deficits[account] : Math.min(deficits[account], 0);
      queue.add(row);
    }
    queue.order(LongestPrefix::hasMoreCached);
    int left = serve(demands, slots, plan);
    while (left > 0 && asideCount > 0) {
      giveQuanta(demands);
      left = serve(demands, left, plan);
    }
  }

  /** Serves those whose deficit is positive, and puts the others aside. */
  private int serve(Demands demands, int slots, StepPlan plan) {
    int left = slots;
    asideCount = 0;
    while (left > 0 && !queue.isEmpty()) {
      int row = queue.remove();
      int account = demands.account(row);
      if (planned[account] <= 0) {
        aside[asideCount++] = row;
      } else {
        int tokens = Math.min(demands.tokens(row), left);
        plan.grant(row, tokens, 0);
        left -= tokens;
        planned[account] -= (long) tokens * VirtualTokenCounter.cost(demands, row);
      }
    }
    return left;
  }

  /** Gives everybody that was put aside as many quanta as it takes for one to go on. */
  private void giveQuanta(Demands demands) {
    long quanta = Long.MAX_VALUE;
    for (int i = 0; i < asideCount; i++) {
      quanta = Math.min(quanta, 1 - planned[demands.account(aside[i])] / quantum);
    }
    queue.clear(demands);
    for (int i = 0; i < asideCount; i++) {
      int account = demands.account(aside[i]);
      if (!given[account]) {
        planned[account] += quanta * quantum;
        given[account] = true;
      }
      queue.add(aside[i]);
    }
    for (int i = 0; i < asideCount; i++) {
      given[demands.account(aside[i])] = false;
    }
    queue.order(LongestPrefix::hasMoreCached);
  }

  private static boolean hasMoreCached(Demands demands, int row, int other) {
    return demands.cached(row) != demands.cached(other)
        ? demands.cached(row) > demands.cached(other)
        : demands.isBefore(row, other);
  }

  @Override
  public void settle(Demands demands, StepPlan plan) {
    Arrays.fill(waits, false);
    for (int row = 0; row < demands.size(); row++) {
      int account = demands.account(row);
      deficits[account] = planned[account];
      waits[account] |= plan.tokensOf(row) < demands.tokens(row);
    }
  }

  private void grow(int account) {
    if (account >= deficits.length) {
      int capacity = Math.max(account + 1, deficits.length * 2);
      deficits = Arrays.copyOf(deficits, capacity);
      planned = Arrays.copyOf(planned, capacity);
      waits = Arrays.copyOf(waits, capacity);
      given = Arrays.copyOf(given, capacity);
    }
  }
}
