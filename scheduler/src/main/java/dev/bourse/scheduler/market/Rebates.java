package dev.bourse.scheduler.market;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * What was paid since the last distribution, and what would have been without a big tenant, which
 * is what its dividend is a share of: see {@link Ledger}.
 *
 * <p><b>Rent</b> without a tenant is what the others paid.
 *
 * <p><b>Slots</b> without a tenant are sold in an auction of their own, and that costs as much as
 * the first. So each step one of k big tenants has its turn, and is owed k times what the others
 * would have paid in that step. What it is told is what it is owed, but no more than was paid; the
 * rest it stays owed. So what a tenant is told in the long run, if not when, depends on the bids of
 * others alone, and a step costs one more auction at most.
 */
final class Rebates implements RevenueWithout {
  private final Ledger ledger;
  private final Auction auction;
  private final IntPredicate isAbsent = this::isAbsent;
  private int absentTenant;

  private long slotRevenue;
  private long rentRevenue;

  /** Of the rent, what accounts of a tenant paid. */
  private long[] rentOf = new long[64];

  /** Revenue of slots that a tenant is yet to be told. */
  private long[] owed = new long[64];

  /** Big tenants: how many there were the last time, and have asked this time. */
  private int bigs = 1;

  private int asked;
  private int turn;

  Rebates(Ledger ledger, Auction auction) {
    this.ledger = ledger;
    this.auction = auction;
  }

  void addSlots(long paid) {
    slotRevenue += paid;
  }

  void addRent(int account, long paid) {
    int tenant = ledger.tenant(account);
    grow(tenant);
    rentOf[tenant] += paid;
    rentRevenue += paid;
  }

  /** Micro-credits that were paid since the last distribution. */
  long revenue() {
    return slotRevenue + rentRevenue;
  }

  @Override
  public long revenueWithout(int tenant) {
    grow(tenant);
    if (asked++ == turn && slotRevenue > 0) {
      absentTenant = tenant;
      owed[tenant] += bigs * auction.revenueWithout(isAbsent);
    }
    long told = Math.min(owed[tenant], slotRevenue);
    owed[tenant] -= told;
    return told + rentRevenue - rentOf[tenant];
  }

  private boolean isAbsent(int account) {
    return ledger.isOpen(account) && ledger.tenant(account) == absentTenant;
  }

  /** All that was paid was distributed: another tenant has its turn. */
  void distributed() {
    bigs = Math.max(asked, 1);
    turn = (turn + 1) % bigs;
    asked = 0;
    slotRevenue = 0;
    rentRevenue = 0;
    Arrays.fill(rentOf, 0);
    for (int tenant = 0; tenant < owed.length; tenant++) {
      // Its number may be another's next time.
      if (owed[tenant] > 0 && !ledger.isOpen(tenant)) {
        owed[tenant] = 0;
      }
    }
  }

  private void grow(int tenant) {
    if (tenant >= owed.length) {
      int capacity = Math.max(tenant + 1, owed.length * 2);
      owed = Arrays.copyOf(owed, capacity);
      rentOf = Arrays.copyOf(rentOf, capacity);
    }
  }
}
