package dev.bourse.scheduler;

/**
 * What a step has to give.
 *
 * @param tokenSlots tokens one step computes at most
 * @param chunk tokens one context gets at most in one step, so that a long prompt does not make
 *     everybody else's decode wait
 */
public record Capacity(int tokenSlots, int chunk) {
  public Capacity {
    if (tokenSlots < 1 || chunk < 1) {
      throw new IllegalArgumentException(
          "a step needs at least one token slot and a chunk of one, not "
              + tokenSlots
              + " and "
              + chunk);
    }
  }
}
