package dev.bourse.scheduler.market;

import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.Residency;

/**
 * Memory goes to those who bid most for a page, in leases, so that it changes hands rarely.
 *
 * <p><b>Idea.</b> Bids count in powers of two, as in the slot auction, so that equal tenants, whose
 * bids differ by a hair, see first come, first served. The highest level is served next. For it
 * leave idle contexts first, the lowest level before others and within it the one idle for longest
 * (LRU); then contexts at work, but only for {@code outbid} times their level and only once their
 * lease is {@code leaseMin} old: moving pages costs more than a hair's worth of value.
 *
 * <p><b>Nobody starves.</b> Of the claims that waited longer than {@code waitMax}, the one that
 * waited longest is <i>forced</i>: it comes before all bids, and every holder may have to leave for
 * it. What it gets is a forced lease: nobody makes it leave until its turn ends (it is seen idle),
 * or for {@code leaseForced} at most; and if the turn grows, its claims for more pages come first
 * of all. There is one forced lease at a time, and all the other memory is the market's: where
 * pages are overloaded, everybody waits longer than {@code waitMax}, and if all those claims were
 * forced there would be no market left (simulated at 1.3 times the pages, a third of the value was
 * done on time). Take the claim that has waited longest. At most one forced lease begins before it
 * is forced, for it is the next, and that ends within {@code leaseForced}. Then every holder is a
 * victim, and it is served. So with k older claims the wait is at most {@code waitMax + (k + 1)
 * leaseForced}, besides the time that moving pages takes, whatever others bid.
 *
 * <p><b>Nobody thrashes.</b> Of two forced leases neither makes the other leave. Of two others, one
 * bids {@code outbid} times the other's level, so the reverse is not true; and if bids change
 * places, the loser had its pages for {@code leaseMin} ticks. Who is made to leave sooner than that
 * leaves for a forced claim, and each of those has waited {@code waitMax}.
 *
 * <p><b>Rent</b> per page and tick follows the highest bid that waits, which is what staying keeps
 * from being earned (a uniform price auction: the highest excluded bid). It is smoothed on the way
 * up and never above the highest bid that waits now: no rent when nobody waits.
 *
 * <p><b>Cost.</b> O(n) for each question, no allocation. Sources: Vickrey (1961) for the price,
 * Waldspurger's lottery tickets (OSDI'94) and Pie 0.4 for bids on memory.
 */
public final class Leases implements Residency {
  private final LeaseTerms terms;
  private final ForcedLeases forced = new ForcedLeases();
  private long tick;
  private long highest;
  private long smoothed;

  /** The forced claim that was next, until it is seen no more: then it was served. */
  private boolean hasPending;

  private long pending;
  private long pendingTicks;
  private long pendingTick;

  public Leases(LeaseTerms terms) {
    this.terms = terms;
  }

  /**
   * Lets time pass: forced leases run, and the rent follows the bids.
   *
   * @param waiting claims that still wait after what could be served was served
   * @param ticks since the last call, not negative
   */
  public void observe(PageBids waiting, int ticks) {
    tick += ticks;
    forced.expire(tick);
    highest = 0;
    for (int row = 0; row < waiting.size(); row++) {
      highest = Math.max(highest, waiting.bid(row));
    }
    for (int i = 0; i < ticks && smoothed != highest; i++) {
      long gap = highest - smoothed;
      // Rounded away from zero, so that it arrives.
      smoothed += gap > 0 ? -(-gap >> terms.rentShift()) : gap >> terms.rentShift();
    }
  }

  /**
   * A context's turn is over, and its forced lease with it. Who does not tell, has the lease end
   * when the context is seen idle, or by its time.
   */
  public void turnEnded(long context) {
    forced.remove(context);
    hasPending &= pending != context;
  }

  /** Micro-credits for each page and tick: 0 when nobody waits. */
  public long rent() {
    return Math.min(smoothed, highest);
  }

  /** The level of a bid: it counts as the power of two below it. */
  static long level(long bid) {
    return Long.highestOneBit(bid);
  }

  @Override
  public int next(PageBids waiting) {
    notice(waiting);
    int first = 0;
    for (int row = 1; row < waiting.size(); row++) {
      if (comesBefore(waiting, row, first)) {
        first = row;
      }
    }
    if (urgency(waiting, first) == WAITED) {
      hasPending = true;
      pending = waiting.context(first);
      pendingTicks = waiting.ticks(first);
      pendingTick = tick;
    }
    return first;
  }

  /** Begins the lease of a forced claim that was served: it waits no more, or anew. */
  private void notice(PageBids waiting) {
    for (int row = 0; row < waiting.size() && hasPending; row++) {
      if (waiting.context(row) == pending && waiting.ticks(row) >= pendingTicks) {
        return;
      }
    }
    if (hasPending) {
      forced.begin(pending, pendingTick + terms.leaseForced());
      forced.expire(tick);
      hasPending = false;
    }
  }

  private static final int BIDS = 0;
  private static final int WAITED = 1;
  private static final int LEASED = 2;

  private int urgency(PageBids waiting, int row) {
    boolean leased = forced.end(waiting.context(row)) > 0;
    if (waiting.ticks(row) > terms.waitMax() && (leased || forced.isEmpty())) {
      return WAITED; // Although it may have a lease: it gets a new one.
    }
    return leased ? LEASED : BIDS;
  }

  private boolean comesBefore(PageBids waiting, int row, int other) {
    int urgency = urgency(waiting, row);
    int otherUrgency = urgency(waiting, other);
    if (urgency != otherUrgency) {
      return urgency > otherUrgency;
    }
    if (urgency == LEASED) {
      long end = forced.end(waiting.context(row));
      long otherEnd = forced.end(waiting.context(other));
      if (end != otherEnd) {
        return end < otherEnd;
      }
    } else if (urgency == BIDS && level(waiting.bid(row)) != level(waiting.bid(other))) {
      return waiting.bid(row) > waiting.bid(other);
    }
    if (waiting.ticks(row) != waiting.ticks(other)) {
      return waiting.ticks(row) > waiting.ticks(other);
    }
    return waiting.seniority(row) != waiting.seniority(other)
        ? waiting.seniority(row) < waiting.seniority(other)
        : waiting.context(row) < waiting.context(other);
  }

  /** {@inheritDoc} Who is seen idle holds a forced lease no more: its turn is over. */
  @Override
  public int victim(PageBids waiting, int claim, PageBids holders) {
    boolean isForced = urgency(waiting, claim) != BIDS;
    long level = level(waiting.bid(claim));
    int victim = NONE;
    for (int row = 0; row < holders.size(); row++) {
      if (holders.idle(row)) {
        forced.remove(holders.context(row));
      }
      if (holders.context(row) != waiting.context(claim)
          && mayLeave(holders, row, isForced, level)
          && (victim == NONE || leavesBefore(holders, row, victim))) {
        victim = row;
      }
    }
    return victim;
  }

  private boolean mayLeave(PageBids holders, int row, boolean isForced, long level) {
    if (holders.idle(row)) {
      return true;
    }
    if (forced.end(holders.context(row)) > 0) {
      return false;
    }
    return isForced
        || (holders.ticks(row) >= terms.leaseMin()
            && level > 0
            && level(holders.bid(row)) <= level / terms.outbid());
  }

  private static boolean leavesBefore(PageBids holders, int row, int other) {
    if (holders.idle(row) != holders.idle(other)) {
      return holders.idle(row);
    }
    if (level(holders.bid(row)) != level(holders.bid(other))) {
      return holders.bid(row) < holders.bid(other);
    }
    if (holders.idle(row) && holders.ticks(row) != holders.ticks(other)) {
      return holders.ticks(row) > holders.ticks(other);
    }
    return holders.seniority(row) != holders.seniority(other)
        ? holders.seniority(row) > holders.seniority(other)
        : holders.context(row) > holders.context(other);
  }
}
