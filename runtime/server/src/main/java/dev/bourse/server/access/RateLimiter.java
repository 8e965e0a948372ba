package dev.bourse.server.access;

import dev.bourse.server.access.TenantLimits.Rate;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A bucket of tokens for each tenant: it holds a burst, and is filled at a rate. Nobody's bucket
 * depends on another's. Time is an argument. Thread safe.
 *
 * <p>A bucket is one number, the time at which it will be full again: a token taken moves that time
 * by the interval between two tokens, and there is none left when it would be further off than a
 * burst takes to come (the generic cell rate algorithm, ITU-T I.371). A bucket that is full is as
 * good as one that was never asked for, so those are forgotten whenever there are twice as many as
 * before: the memory is that of the tenants that asked within a burst's time.
 */
public final class RateLimiter {
  private static final int SWEEP_MIN = 1024;

  private final Function<String, Rate> rates;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Long> fullAt = new HashMap<>();
  private int sweepAt = SWEEP_MIN;

  /**
   * @param rates of a tenant
   */
  public RateLimiter(Function<String, Rate> rates) {
    this.rates = rates;
  }

  /**
   * What came of asking for a token.
   *
   * @param taken whether there was one
   * @param burst tokens of a full bucket
   * @param left tokens after it
   * @param retryNanos until there is one, if there was none
   * @param fullNanos until the bucket is full
   */
  public record Answer(boolean taken, int burst, int left, long retryNanos, long fullNanos) {}

  /**
   * Takes a token of a tenant's, if there is one.
   *
   * @param nowNanos by {@link System#nanoTime}
   */
  public Answer take(String tenant, long nowNanos) {
    Rate rate = rates.apply(tenant);
    long interval = Math.max(1, Math.round(TimeUnit.SECONDS.toNanos(1) / rate.perSecond()));
    long capacity = interval * rate.burst();
    lock.lock();
    try {
      Long known = fullAt.get(tenant);
      long missing = known == null ? 0 : Math.max(0, known - nowNanos);
      if (missing + interval > capacity) {
        return new Answer(false, rate.burst(), 0, missing + interval - capacity, missing);
      }
      long after = missing + interval;
      sweep(nowNanos);
      fullAt.put(tenant, nowNanos + after);
      int left = (int) ((capacity - after) / interval);
      return new Answer(true, rate.burst(), left, 0, after);
    } finally {
      lock.unlock();
    }
  }

  private void sweep(long nowNanos) {
    if (fullAt.size() >= sweepAt) {
      fullAt.values().removeIf(full -> full - nowNanos <= 0);
      sweepAt = Math.max(SWEEP_MIN, 2 * fullAt.size());
    }
  }

  /** Buckets that are remembered. */
  int size() {
    lock.lock();
    try {
      return fullAt.size();
    } finally {
      lock.unlock();
    }
  }
}
