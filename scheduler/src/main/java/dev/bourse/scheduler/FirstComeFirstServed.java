package dev.bourse.scheduler;

/**
 * First come, first served, in the order of {@link TurnQueue}: the baseline every other policy is
 * compared with.
 */
public final class FirstComeFirstServed implements Planner {
  private final TurnQueue queue = new TurnQueue();

  @Override
  public void plan(Demands demands, int slots, StepPlan plan) {
    plan.clear(demands.size());
    queue.clear(demands);
    for (int row = 0; row < demands.size(); row++) {
      queue.add(row);
    }
    queue.serve(slots, plan);
  }
}
