package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.bourse.scheduler.PageBids;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who stays in memory, and the rent, are computed without allocating anything. */
class AllocationTest {
  private static final int CONTEXTS = 2_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Leases leases = new Leases(LeaseTerms.DEFAULT);
  private final PageBids waiting = new PageBids();
  private final PageBids holders = new PageBids();
  private final SharedPages pages = new SharedPages();
  private final Rent rent = new Rent();
  private final Ledger ledger = new Ledger();
  private final Random random = new Random(6);
  private long sum;

  private void tick(int tenant) {
    waiting.clear();
    holders.clear();
    pages.clear();
    for (int i = 0; i < CONTEXTS; i++) {
      long bid = random.nextInt(1000);
      waiting.add(i, tenant, i, bid, 1, random.nextInt(300), false);
      holders.add(-1 - i, tenant, i, bid, 1, random.nextInt(300), random.nextBoolean());
      int segment = pages.addSegment(i / 2 - 1, 3);
      pages.addContext(tenant, segment, 2, bid);
    }
    sum += leases.victim(waiting, leases.next(waiting), holders);
    leases.observe(waiting, 1);
    rent.compute(pages, leases.rent(), 1);
    sum += rent.collect(ledger);
  }

  @Test
  void aTickAllocatesNothing() {
    int tenant = ledger.openTenant(1, Ledger.MINTED_MAX);
    for (int i = 0; i < 300; i++) {
      tick(tenant);
    }
    long least = Long.MAX_VALUE; // The compiler may allocate on this thread once in a while.
    for (int i = 0; i < 20; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      tick(tenant);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(sum).isPositive();
    assertThat(least).isZero();
  }
}
