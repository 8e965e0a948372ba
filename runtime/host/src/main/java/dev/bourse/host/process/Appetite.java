package dev.bourse.host.process;

/**
 * How much of a core a process has wanted of late: a mean over ticks in which recent ones weigh
 * more. What it waited for its turn does not count. Used by one thread.
 */
final class Appetite {
  /** What a tick weighs against the one after it. */
  private static final double MEMORY = 0.93;

  /** Above it a process computes for long: after a twentieth of a second at a stretch. */
  private static final double LARGE = 0.3;

  private double mean;
  private long lastTick;

  /**
   * It had a core at some ticks.
   *
   * @param ticks how many, since it was told last
   * @param tick the last of all
   */
  void computed(long ticks, long tick) {
    double since = Math.pow(MEMORY, (double) Math.max(ticks, tick - lastTick));
    mean = mean * since + (1 - Math.pow(MEMORY, (double) ticks));
    lastTick = tick;
  }

  /** It goes on after it has waited for its turn. */
  void resumed(long tick) {
    lastTick = tick;
  }

  boolean isLarge() {
    return mean > LARGE;
  }
}
