package dev.bourse.scheduler;

/**
 * Rows that are equals, in the order in which they are served: by turns, first come first served.
 *
 * <p>Decodes go first, in the order of their turns, because each costs one slot and somebody reads
 * along; what they leave goes to prompts in the order of their turns. A prompt is never starved:
 * the last slot is kept for the oldest one, however many decodes there are. Nor is a decode: of the
 * decodes, those of the oldest turns go first, and a turn ends.
 *
 * <p>It is the whole order of {@link FirstComeFirstServed}, and that of rows that bid alike in the
 * market: among equals the two give the same plans.
 *
 * <p>Cost: a heap of the rows, O(n) to build and O(log n) for each that is served.
 */
public final class TurnQueue {
  private final RowHeap decodes = new RowHeap();
  private final RowHeap prompts = new RowHeap();
  private Demands demands = new Demands();

  /** Makes the queue empty, for rows of {@code newDemands}. */
  public void clear(Demands newDemands) {
    demands = newDemands;
    decodes.clear(demands);
    prompts.clear(demands);
  }

  /** Adds a row that is still to get some of what it demands. */
  public void add(int row) {
    (demands.tokens(row) == 1 ? decodes : prompts).add(row);
  }

  /**
   * Grants the rows what they demand and do not have, as far as the slots go.
   *
   * @return the slots that nobody wanted
   */
  public int serve(int slots, StepPlan plan) {
    decodes.order(Demands::isBefore);
    prompts.order(Demands::isBefore);
    int kept = !prompts.isEmpty() && !decodes.isEmpty() && slots > 1 ? 1 : 0;
    int left = serve(decodes, slots - kept, plan) + kept;
    return serve(prompts, left, plan);
  }

  private int serve(RowHeap queue, int slots, StepPlan plan) {
    int left = slots;
    while (left > 0 && !queue.isEmpty()) {
      int row = queue.remove();
      int tokens = Math.min(demands.tokens(row) - plan.tokensOf(row), left);
      plan.grant(row, tokens, 0);
      left -= tokens;
    }
    return left;
  }
}
