package dev.bourse.host.process;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one process has spent computing, in its guest and in the host's functions that it calls,
 * counted in ticks of {@link Preemption}. The guest itself notices a tick at a checkpoint; while it
 * is in a host call, the ticker looks whether that call has a core.
 */
final class CpuTime {
  private final Limits limits;
  private final Family family;
  private final Thread thread;
  private final AtomicLong millis = new AtomicLong();
  private final AtomicLong chargedTick = new AtomicLong();
  private final AtomicBoolean inHostCall = new AtomicBoolean();
  private volatile boolean owesSlice;

  // Used by the process's thread only.
  private long lastSlice;

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

  /** Gives way to others if a tick has found the thread computing in this call. */
  void leaveHostCall() {
    inHostCall.setOpaque(false);
    if (owesSlice) {
      owesSlice = false;
      Preemption.giveWay();
    }
  }

  /**
   * The guest noticed a tick at a checkpoint.
   *
   * @return whether it is the first time it is told of that tick
   * @throws LimitExceededException when it has computed too long
   */
  boolean sliceOver(long tick, long tickMillis) {
    if (tick == lastSlice) {
      return false;
    }
    lastSlice = tick;
    charge(tick, tickMillis);
    return true;
  }

  /**
   * A tick, on the ticker's thread.
   *
   * @throws LimitExceededException when the process has computed too long
   */
  void sample(long tick, long tickMillis) {
    if (inHostCall.getOpaque() && hasCore(thread)) {
      owesSlice = true;
      charge(tick, tickMillis);
    }
  }

  private void charge(long tick, long tickMillis) {
    if (chargedTick.getAndSet(tick) != tick) {
      millis.addAndGet(tickMillis);
      family.charge(tickMillis);
    }
    limits.check(Limit.CPU_TIME_MILLIS, millis.get());
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
