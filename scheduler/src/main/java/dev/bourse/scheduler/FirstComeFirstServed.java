package dev.bourse.scheduler;

/**
 * First come, first served: the baseline every other policy is compared with.
 *
 * <p>Decodes go first, in the order of their turns, because each costs one slot and somebody reads
 * along; what they leave goes to prompts in the order of their turns. A prompt is never starved:
 * the last slot of a step is kept for the oldest one, however many decodes there are. Nor is a
 * decode: of the decodes, those of the oldest turns go first, and a turn ends.
 *
 * <p>Cost: a heap of the demands, O(n) to build and O(log n) for each that is served.
 */
public final class FirstComeFirstServed implements Planner {
  private final RowHeap decodes = new RowHeap();
  private final RowHeap prompts = new RowHeap();

  @Override
  public void plan(Demands demands, int slots, StepPlan plan) {
    plan.clear(demands.size());
    decodes.clear(demands);
    prompts.clear(demands);
    for (int row = 0; row < demands.size(); row++) {
      (demands.tokens(row) == 1 ? decodes : prompts).add(row);
    }
    decodes.order(Demands::isBefore);
    prompts.order(Demands::isBefore);
    int kept = !prompts.isEmpty() && !decodes.isEmpty() && slots > 1 ? 1 : 0;
    int left = serve(decodes, demands, slots - kept, plan) + kept;
    serve(prompts, demands, left, plan);
  }

  private static int serve(RowHeap queue, Demands demands, int slots, StepPlan plan) {
    int left = slots;
    while (left > 0 && !queue.isEmpty()) {
      int row = queue.remove();
      int tokens = Math.min(demands.tokens(row), left);
      plan.grant(row, tokens, 0);
      left -= tokens;
    }
    return left;
  }
}
