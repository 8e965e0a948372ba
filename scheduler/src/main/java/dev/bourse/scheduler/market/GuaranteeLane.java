package dev.bourse.scheduler.market;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.RowHeap;
import dev.bourse.scheduler.StepPlan;
import java.util.Arrays;

/**
 * Serves contexts that waited too long, for nothing: see {@link Auction}.
 *
 * <p>Each gets a token at least, so no more of them are looked for than there are slots. They are
 * kept in a heap whose first is the one to be dropped for another that waited longer: O(n), and
 * O(log slots) for each that comes in.
 */
final class GuaranteeLane {
  private final int waitSteps;
  private final int quantum;
  private final RowHeap longest = new RowHeap();
  private int[] served = new int[64];

  GuaranteeLane(MarketConfig config) {
    waitSteps = config.waitSteps();
    quantum = config.laneQuantum();
  }

  /**
   * Grants slots to those that waited longest.
   *
   * @param rows that take part, the first {@code size} of them
   */
  void serve(Demands demands, int[] rows, int size, int slots, StepPlan plan) {
    longest.clear(demands);
    longest.order(GuaranteeLane::waitedLess);
    for (int i = 0; i < size && slots > 0; i++) {
      int row = rows[i];
      if (demands.waited(row) >= waitSteps) {
        if (longest.size() < slots) {
          longest.insert(row);
        } else if (waitedLess(demands, longest.first(), row)) {
          longest.remove();
          longest.insert(row);
        }
      }
    }
    int count = longest.size();
    if (served.length < count) {
      served = Arrays.copyOf(served, Math.max(count, served.length * 2));
    }
    for (int i = count - 1; i >= 0; i--) {
      served[i] = longest.remove();
    }
    int left = slots;
    for (int i = 0; i < count && left > 0; i++) {
      int tokens = Math.min(Math.min(demands.tokens(served[i]), quantum), left);
      plan.grant(served[i], tokens, 0);
      left -= tokens;
    }
  }

  private static boolean waitedLess(Demands demands, int row, int other) {
    return demands.waited(row) != demands.waited(other)
        ? demands.waited(row) < demands.waited(other)
        : !demands.isBefore(row, other);
  }
}
