package dev.bourse.scheduler;

import java.util.List;

/**
 * A scheduling policy: turns the demands of a step into its batch.
 *
 * <p>The engine calls {@link #plan} before and {@link #settle} after each step, from one thread. A
 * policy is deterministic: its answers depend on the sequence of calls alone.
 */
public interface Planner {
  /** The policy's name, as {@code --policy} takes it. */
  String name();

  /**
   * Chooses the batch of the next step.
   *
   * @param demands one for each context that waits, in any order
   * @return a plan that passes {@link StepPlan#check}
   */
  StepPlan plan(List<Demand> demands, Capacity capacity);

  /** Learns what the step did. */
  default void settle(List<Receipt> receipts) {}
}
