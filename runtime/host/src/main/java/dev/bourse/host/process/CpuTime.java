package dev.bourse.host.process;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one process has spent computing, in its guest and in the host's functions that it calls,
 * counted in ticks of {@link Preemption}. The ticker looks whether the process's thread has a core;
 * the process notices that it was found at the next checkpoint or at the end of its host call.
 */
final class CpuTime {
  private final Limits limits;
  private final Family family;
  private final Thread thread;
  private final AtomicLong millis = new AtomicLong();
  private final AtomicBoolean inHostCall = new AtomicBoolean();

  /** Ticks that found it with a core. */
  private final AtomicLong found = new AtomicLong();

  /** Those of them that it has noticed; written by the process's thread. */
  private volatile long noticed;

  // Used by the process's thread only.
  private final Appetite appetite = new Appetite();

  CpuTime(Limits limits, Family family, Thread thread) {
    this.limits = limits;
    this.family = family;
    this.thread = thread;
  }

  long millis() {
    return millis.get();
  }

  void enterHostCall() {
    // Opaque, not volatile: the ticker may see it late, and an import must cost nanoseconds.
    inHostCall.setOpaque(true);
  }

  void leaveHostCall() {
    inHostCall.setOpaque(false);
  }

  /**
   * A tick, on the ticker's thread.
   *
   * @throws LimitExceededException when the process has computed too long
   */
  void sample(long tickMillis) {
    if (hasCore(thread)) {
      found.incrementAndGet();
      family.charge(tickMillis);
      limits.check(Limit.CPU_TIME_MILLIS, millis.addAndGet(tickMillis));
    }
  }

  /** Whether it was found computing and has not noticed yet. */
  boolean wasFound() {
    return found.get() != noticed;
  }

  /** Whether it will notice at a checkpoint of its guest. */
  boolean owesNotice() {
    return wasFound() && !inHostCall.getOpaque();
  }

  /**
   * Notices that it was found computing; on its own thread.
   *
   * @param tick the last one
   * @return how often, since it noticed last
   */
  long notice(long tick) {
    long now = found.get();
    long ticks = now - noticed;
    noticed = now;
    appetite.computed(ticks, tick);
    return ticks;
  }

  /** Whether it computes for long. */
  boolean computesForLong() {
    return appetite.isLarge();
  }

  /** It goes on after it has waited for its turn. */
  void resumed(long tick) {
    appetite.resumed(tick);
  }

  /**
   * Whether a virtual thread runs on a carrier just now. Its state does not say: one that waits for
   * its turn is as runnable as one that computes, and must not be charged for the load that others
   * make. What the JDK prints of it does: the carrier follows an {@code @}.
   */
  static boolean hasCore(Thread virtual) {
    String text = virtual.toString();
    return text.indexOf('@', text.lastIndexOf("]/") + 1) >= 0;
  }
}
