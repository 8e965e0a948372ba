package dev.bourse.scheduler;

/**
 * Chooses whose tokens a step computes.
 *
 * <p>The engine calls {@link #plan} before and {@link #settle} after each step, never two at once.
 * The answers depend on the sequence of calls alone.
 */
public interface Planner {
  /**
   * Chooses the batch of the next step.
   *
   * @param slots tokens one step computes at most, at least 1
   * @param plan is cleared and filled with what passes {@link StepPlan#check}
   */
  void plan(Demands demands, int slots, StepPlan plan);

  /**
   * Learns that the step was computed: demands and plan are those of the last {@link #plan}. A step
   * that failed is not settled.
   */
  default void settle(Demands demands, StepPlan plan) {}
}
