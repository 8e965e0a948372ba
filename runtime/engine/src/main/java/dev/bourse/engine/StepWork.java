package dev.bourse.engine;

/**
 * Rows of one context that the step loop is to compute. Owned by whoever holds the engine's lock.
 */
sealed interface StepWork permits PendingForward, Recomputation {
  /** When it came, in the order of the engine. */
  long arrival();

  /** Rows still to be computed. */
  int remaining();
}
