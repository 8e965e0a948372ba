package dev.bourse.host.process;

import java.util.concurrent.atomic.AtomicLong;

/** How much of one limit a process has taken. Thread safe: what it took may come back anywhere. */
public final class Tally {
  private final Limits limits;
  private final Limit limit;
  private final AtomicLong taken = new AtomicLong();

  public Tally(Limits limits, Limit limit) {
    this.limits = limits;
    this.limit = limit;
  }

  /**
   * Takes {@code amount} more.
   *
   * @throws LimitExceededException when that is too much, which ends the inferlet; nothing is taken
   *     then
   */
  public void take(long amount) {
    long total = taken.addAndGet(amount);
    try {
      limits.check(limit, total);
    } catch (LimitExceededException e) {
      taken.addAndGet(-amount);
      throw e;
    }
  }

  /** Counts what came unasked; that it is too much is noticed when more is taken. */
  public void add(long amount) {
    taken.addAndGet(amount);
  }

  public void giveBack(long amount) {
    taken.addAndGet(-amount);
  }

  public long taken() {
    return taken.get();
  }
}
