package dev.bourse.host.process;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Turns of the processes that compute for long, so that those which compute for moments, between
 * the tokens they draw, find a core at once, and the engines theirs.
 *
 * <p>As many compute for long at a time as there are cores but one. While engines compute for
 * others, all of these processes together get {@value #BUSY_SHARE} of the machine: a step is cut
 * into as many parts as there are cores, and one part that waits for its core holds up all. What a
 * process has computed is paid by whoever of them comes next, in the order in which they ask.
 *
 * <p>A turn is a moment and not a permit: there is none to be given back by a process that blocks
 * or ends. Thread safe.
 */
final class Turns {
  /** Of all cores, for processes that compute for long while engines compute for others. */
  static final double BUSY_SHARE = 0.05;

  private final int cores;
  private final long tickNanos;
  private final long slackNanos;
  private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);

  /**
   * Turns on that many cores.
   *
   * @param slackTicks by which turns may come early: a tick that finds somebody says little about
   *     how long he computes
   */
  Turns(int cores, long tickNanos, int slackTicks) {
    this.cores = cores;
    this.tickNanos = tickNanos;
    this.slackNanos = slackTicks * tickNanos;
  }

  /**
   * The next turn that is free.
   *
   * @param ticks that whoever asks has computed since he asked last
   * @param busy whether engines compute for others
   * @return when it begins, {@code now} or later, in {@link System#nanoTime}
   */
  long next(long now, long ticks, boolean busy) {
    double spare = Math.max(1, cores - 1);
    double atOnce = busy ? Math.min(spare, cores * BUSY_SHARE) : spare;
    long price = (long) (ticks * tickNanos / atOnce);
    while (true) {
      long free = next.get();
      // Turns that nobody asked for are lost, but what was computed just now is paid in any case.
      long start = free == Long.MIN_VALUE || free - now < 0 ? now : free;
      long begins = start + price - ticks * tickNanos - slackNanos;
      if (next.compareAndSet(free, start + price)) {
        return Math.max(now, begins);
      }
    }
  }
}
