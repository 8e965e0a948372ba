package dev.bourse.engine;

import java.util.List;

/**
 * What a forward pass gave.
 *
 * @param slots one for each (sampler, row), in the order attached
 * @param receipt what it took
 */
public record ForwardResult(List<Slot> slots, Receipt receipt) {
  public ForwardResult {
    slots = List.copyOf(slots);
  }

  /**
   * What a pass took.
   *
   * @param tokensComputed tokens that went through the model
   * @param steps steps the pass was part of
   * @param queuedNanos from submission to the start of its first step
   * @param totalNanos from submission to the result
   */
  public record Receipt(int tokensComputed, int steps, long queuedNanos, long totalNanos) {}
}
