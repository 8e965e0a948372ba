package dev.bourse.host.process;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process that a client launched, and all that it launched in turn. What would be no limit if
 * each of them had it anew is counted for all of them together: how many they are, the time they
 * compute, and when they have to be done. Thread safe.
 */
final class Family {
  private final Limits limits;
  private final long deadlineNanos;
  private final AtomicLong cpuMillis = new AtomicLong();
  private final AtomicInteger children = new AtomicInteger();

  /**
   * @param limits of the process that the client launched
   */
  Family(Limits limits) {
    this.limits = limits;
    this.deadlineNanos =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.max(Limit.WALL_TIME_MILLIS));
  }

  /** What a member that begins now may take: no more time than is left for all of them. */
  Limits within(Limits wanted) {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    return wanted.with(
        Limit.WALL_TIME_MILLIS, Math.max(1, Math.min(left, wanted.max(Limit.WALL_TIME_MILLIS))));
  }

  /**
   * One more child, wherever in the family.
   *
   * @throws LimitExceededException if there are as many as may be
   */
  void enter() {
    int living = children.incrementAndGet();
    try {
      limits.check(Limit.CHILDREN, living);
    } catch (LimitExceededException e) {
      leave();
      throw e;
    }
  }

  void leave() {
    children.decrementAndGet();
  }

  void charge(long millis) {
    limits.check(Limit.CPU_TIME_MILLIS, cpuMillis.addAndGet(millis));
  }
}
