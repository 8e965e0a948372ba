package dev.bourse.grammar;

import java.util.concurrent.CancellationException;

/** Whoever waits for a grammar can be stopped: loops that may be long ask here now and then. */
final class Interruption {

  /** How many small steps are taken between two questions. */
  static final int STEPS = 1024;

  private Interruption() {}

  /**
   * Goes on, or not.
   *
   * @throws CancellationException if the thread is interrupted; it stays so
   */
  static void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted while working with a grammar");
    }
  }
}
