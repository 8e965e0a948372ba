package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.Residency;
import org.junit.jupiter.api.Test;

class LeasesTest {
  private static final LeaseTerms TERMS = LeaseTerms.DEFAULT;
  private static final int FORCED = TERMS.waitMax() + 1;

  private final Leases leases = new Leases(TERMS);
  private final PageBids waiting = new PageBids();
  private final PageBids holders = new PageBids();

  private void claim(long context, long bid, long ticks) {
    waiting.add(context, 0, context, bid, 1, ticks, false);
  }

  private void atWork(long context, long bid, long ticks) {
    holders.add(context, 0, context, bid, 1, ticks, false);
  }

  private void idle(long context, long bid, long ticks) {
    holders.add(context, 0, context, bid, 1, ticks, true);
  }

  private long next() {
    return waiting.context(leases.next(waiting));
  }

  /** The context that leaves for the claim that is next; -1 for nobody. */
  private long victim() {
    int row = leases.victim(waiting, leases.next(waiting), holders);
    return row == Residency.NONE ? -1 : holders.context(row);
  }

  @Test
  void theHighestLevelIsNextAndWithinALevelWhoWaitedLongest() {
    claim(1, 7, 9);
    claim(2, 9, 3);
    claim(3, 15, 2);
    claim(4, 8, 5);
    assertThat(next()).isEqualTo(4);
  }

  @Test
  void whoWaitedTooLongIsNextTheOldestFirst() {
    claim(1, 1L << 40, TERMS.waitMax());
    claim(2, 0, FORCED);
    claim(3, 0, FORCED + 1);
    assertThat(next()).isEqualTo(3);
  }

  @Test
  void idleContextsLeaveFirstTheLowestLevelThenTheOneIdleForLongest() {
    claim(9, 0, 0);
    atWork(1, 0, 1000);
    idle(2, 4, 50);
    idle(3, 3, 10);
    idle(4, 2, 20);
    assertThat(victim()).isEqualTo(4);
  }

  @Test
  void whoIsAtWorkLeavesForFourTimesItsLevelOnceItsLeaseIsOld() {
    claim(9, 31, 0);
    atWork(1, 4, TERMS.leaseMin() - 1);
    atWork(2, 8, TERMS.leaseMin());
    assertThat(victim()).isEqualTo(-1);
    atWork(3, 7, TERMS.leaseMin());
    assertThat(victim()).isEqualTo(3);
  }

  @Test
  void whoBidsNothingLeavesForAnyBidButNotForNone() {
    atWork(1, 0, TERMS.leaseMin());
    claim(9, 0, 0);
    assertThat(victim()).isEqualTo(-1);
    waiting.clear();
    claim(9, 1, 0);
    assertThat(victim()).isEqualTo(1);
  }

  @Test
  void forAForcedClaimEverybodyMayLeaveButWhoHoldsAForcedLease() {
    claim(5, 0, FORCED);
    atWork(1, 1L << 40, 0);
    assertThat(victim()).isEqualTo(1);
    waiting.clear();
    holders.clear();
    claim(6, 0, FORCED);
    claim(7, Long.MAX_VALUE, 0);
    atWork(5, 0, TERMS.leaseMin());
    assertThat(next()).as("one forced lease at a time").isEqualTo(7);
    assertThat(victim()).isEqualTo(-1);
    leases.observe(waiting, TERMS.leaseForced());
    assertThat(next()).isEqualTo(6);
    assertThat(victim()).as("its lease is over").isEqualTo(5);
  }

  @Test
  void aForcedLeaseEndsWithItsTurn() {
    claim(5, 0, FORCED);
    next();
    waiting.clear();
    claim(6, 0, FORCED);
    idle(5, 0, 0);
    assertThat(victim()).isEqualTo(5);
    holders.clear();
    atWork(5, 0, 0);
    assertThat(victim()).as("it works again, without a lease").isEqualTo(5);
  }

  @Test
  void aTurnWithAForcedLeaseGrowsBeforeAllOthers() {
    claim(5, 0, FORCED);
    next();
    waiting.clear();
    claim(6, 0, FORCED + 100);
    claim(7, Long.MAX_VALUE, 0);
    claim(5, 0, 0);
    assertThat(next()).isEqualTo(5);
  }

  @Test
  void rentFollowsTheHighestBidThatWaitsAndIsNothingWhenNobodyDoes() {
    claim(1, 1000, 0);
    leases.observe(waiting, 1);
    assertThat(leases.rent()).isEqualTo(63);
    leases.observe(waiting, 1000);
    assertThat(leases.rent()).as("it arrives").isEqualTo(1000);
    waiting.clear();
    claim(1, 10, 0);
    leases.observe(waiting, 1);
    assertThat(leases.rent()).as("never above who waits").isEqualTo(10);
    waiting.clear();
    leases.observe(waiting, 1);
    assertThat(leases.rent()).isZero();
  }

  @Test
  void refusesTermsThatWouldStarveSomebody() {
    assertThatThrownBy(() -> new LeaseTerms(100, 64, 99, 4, 4))
        .hasMessageContaining("leaseForced is 99: choose 100 to");
  }
}
