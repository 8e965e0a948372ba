package dev.bourse.kv.snapshot;

/**
 * What the tokens after those of a snapshot see: the first ones, and the last ones before them.
 *
 * @param sinkTokens from the beginning that every token sees
 * @param windowTokens up to and with its own
 */
public record SlidingWindow(int sinkTokens, int windowTokens) {
  /**
   * @throws IllegalArgumentException if the window is empty or a number negative
   */
  public SlidingWindow {
    if (sinkTokens < 0 || windowTokens < 1) {
      throw new IllegalArgumentException(
          "a window of " + windowTokens + " tokens and " + sinkTokens + " sinks cannot be");
    }
  }
}
