package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.Residency;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RentTest {
  private static final int NONE = SharedPages.NONE;

  private final SharedPages pages = new SharedPages();
  private final Rent rent = new Rent();

  @Test
  void aSegmentIsPaidByItsUsersInEqualParts() {
    int system = pages.addSegment(NONE, 6);
    int session = pages.addSegment(system, 4);
    pages.addSegment(system, 100);
    int one = pages.addContext(1, session, 1, 50);
    int two = pages.addContext(2, session, 0, 50);
    int three = pages.addContext(3, system, 5, 50);
    rent.compute(pages, 10, 2);
    assertThat(rent.charge(one)).isEqualTo(20 * (2 + 2 + 1));
    assertThat(rent.charge(two)).isEqualTo(20 * (2 + 2));
    assertThat(rent.charge(three)).isEqualTo(20 * (2 + 5));
    assertThat(rent.effectivePages(one)).isEqualTo(5L << Rent.FRACTION_BITS);
    assertThat(rent.users(system)).isEqualTo(3);
    assertThat(rent.value(system)).isEqualTo(150);
    assertThat(rent.value(session)).isEqualTo(100);
  }

  @Test
  void whatDoesNotDivideIsSpreadEvenlyOverTheUsers() {
    int segment = pages.addSegment(NONE, 1);
    for (int i = 0; i < 5; i++) {
      pages.addContext(i, segment, 0, 1000);
    }
    rent.compute(pages, 12, 1);
    long[] charges = new long[5];
    for (int i = 0; i < 5; i++) {
      charges[i] = rent.charge(i);
    }
    assertThat(charges).containsExactly(2, 2, 3, 2, 3);
  }

  @Test
  void nobodyPaysMoreThanItsBidForItsPages() {
    int segment = pages.addSegment(NONE, 10);
    int cheap = pages.addContext(1, segment, 1, 3);
    int dear = pages.addContext(2, segment, 1, 30);
    rent.compute(pages, 20, 1);
    assertThat(rent.charge(cheap)).isEqualTo(3 * 6);
    assertThat(rent.charge(dear)).isEqualTo(20 * 6);
  }

  /** The known weakness of equal parts: see {@link Rent}. */
  @Test
  void aUserThatBidsNothingHalvesTheShareBesideIt() {
    int segment = pages.addSegment(NONE, 10);
    pages.addContext(1, segment, 0, 20);
    rent.compute(pages, 20, 1);
    assertThat(rent.charge(0)).isEqualTo(200);
    pages.addContext(1, segment, 0, 0);
    rent.compute(pages, 20, 1);
    assertThat(rent.charge(0) + rent.charge(1)).isEqualTo(100);
    assertThat(rent.value(segment)).isEqualTo(20);
  }

  @Test
  void numbersThatNobodyHasDoNotOverflow() {
    int segment = pages.addSegment(NONE, SharedPages.PAGES_MAX - 1);
    pages.addContext(0, segment, 1, Long.MAX_VALUE);
    pages.addContext(1, segment, 0, Long.MAX_VALUE);
    rent.compute(pages, Long.MAX_VALUE, Integer.MAX_VALUE);
    assertThat(rent.value(segment)).isEqualTo(Long.MAX_VALUE);
    assertThat(rent.charge(0) - rent.charge(1)).isPositive();
    assertThat(rent.charge(0) + rent.charge(1)).isGreaterThan(Long.MAX_VALUE / 2);
    assertThatThrownBy(() -> pages.addSegment(NONE, 1)).hasMessageContaining("1 more pages beside");
  }

  @Test
  void whoCannotPayPaysWhatItHasAndItsBidsCountAsNothingUntilItPaysInFull() {
    Ledger ledger = new Ledger();
    int rich = ledger.openTenant(1, 1000);
    int poor = ledger.openTenant(1, 25);
    int segment = pages.addSegment(NONE, 2);
    pages.addContext(rich, segment, 0, 40);
    int squatter = pages.addContext(poor, segment, 1, 40);
    rent.compute(pages, 20, 1);
    assertThat(rent.collect(ledger)).isEqualTo(20 + 25);
    assertThat(ledger.balance(poor)).isZero();
    assertThat(rent.isInsolvent(poor)).isTrue();
    assertThat(rent.isInsolvent(rich)).isFalse();
    assertThat(rent.bid(squatter)).isZero();
    rent.compute(pages, 20, 1);
    assertThat(rent.value(segment)).isEqualTo(40);
    ledger.mint(poor, 40);
    assertThat(rent.collect(ledger)).isEqualTo(20 + 40);
    assertThat(rent.bid(squatter)).isEqualTo(40);
    ledger.check();
  }

  @Test
  void aSquatterPaysOrLeavesAsSoonAsSomebodyBids() {
    Random random = new Random(5);
    PageBids waiting = new PageBids();
    PageBids holders = new PageBids();
    for (int i = 0; i < 100_000; i++) {
      Leases leases = new Leases(LeaseTerms.DEFAULT);
      long claim = random.nextLong(1, 1000);
      long bid = random.nextInt(4) * (long) random.nextInt(300);
      pages.clear();
      pages.addContext(0, NONE, 7, bid);
      waiting.clear();
      waiting.add(1, 1, 1, claim, 1, 0, false);
      holders.clear();
      holders.add(0, 0, 0, bid, 7, LeaseTerms.DEFAULT.leaseMin(), random.nextBoolean());
      leases.observe(waiting, 200);
      rent.compute(pages, leases.rent(), 1);
      boolean pays = rent.charge(0) == 7 * Math.min(claim, bid) && rent.charge(0) > 0;
      boolean leaves = leases.victim(waiting, leases.next(waiting), holders) != Residency.NONE;
      assertThat(pays || leaves).as("%d for pages held at %d", claim, bid).isTrue();
    }
    System.out.println("rent: 100000 squatters");
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> pages.addSegment(0, 1)).hasMessageContaining("no segment 0 yet");
    assertThatThrownBy(() -> pages.addContext(1, 3, 1, 1)).hasMessageContaining("no segment 3");
    assertThatThrownBy(() -> pages.addContext(1, NONE, 1, -1)).hasMessageContaining("bids -1");
    assertThatThrownBy(() -> rent.compute(pages, -1, 1)).hasMessageContaining("a rent of -1");
  }
}
