package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.FirstComeFirstServed;
import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.Policy;
import dev.bourse.scheduler.Residency;
import dev.bourse.scheduler.market.Ledger;
import dev.bourse.scheduler.market.SharedPages;
import dev.bourse.scheduler.simulation.Trace.Tenant;

/**
 * The page auction that Pie 0.4 documents, as a baseline: the highest bids for a page stay in
 * memory, residents pay the lowest bid of a resident, and bids do not order batches, which are
 * first come, first served.
 *
 * <p>Three things are kinder than the original, so that runs end and credits are comparable: a
 * claim that waited for {@link #WAIT_MAX} ticks has the lowest bidder leave whatever it bids; who
 * is at work keeps its pages for {@link #KEEP_MIN} ticks; and what is paid comes back as dividends,
 * through the same ledger of integers.
 */
final class PieRules implements Residency, Economy {
  private static final int WAIT_MAX = 256;

  /** Ticks for which who is at work keeps its pages. */
  private static final int KEEP_MIN = 64;

  private static final int NOBODY = Residency.NONE;

  private final Ledger ledger = new Ledger();
  private final long[] rentPaid;

  private PieRules(int tenants) {
    rentPaid = new long[tenants];
  }

  static PolicyRun create(int tenants) {
    PieRules rules = new PieRules(tenants);
    return new PolicyRun(new Policy("pie", new FirstComeFirstServed(), rules), rules);
  }

  @Override
  public int next(PageBids waiting) {
    int first = 0;
    for (int row = 1; row < waiting.size(); row++) {
      if (comesBefore(waiting, row, first)) {
        first = row;
      }
    }
    return first;
  }

  private static boolean comesBefore(PageBids waiting, int row, int other) {
    boolean waited = waiting.ticks(row) > WAIT_MAX;
    boolean otherWaited = waiting.ticks(other) > WAIT_MAX;
    if (waited != otherWaited) {
      return waited;
    }
    if (!waited && waiting.bid(row) != waiting.bid(other)) {
      return waiting.bid(row) > waiting.bid(other);
    }
    return waiting.ticks(row) > waiting.ticks(other);
  }

  @Override
  public int victim(PageBids waiting, int claim, PageBids holders) {
    int lowest = NOBODY;
    for (int row = 0; row < holders.size(); row++) {
      boolean mayLeave = holders.idle(row) || holders.ticks(row) >= KEEP_MIN;
      if (mayLeave && (lowest == NOBODY || holders.bid(row) < holders.bid(lowest))) {
        lowest = row;
      }
    }
    boolean leaves =
        lowest != NOBODY
            && (holders.bid(lowest) < waiting.bid(claim) || waiting.ticks(claim) > WAIT_MAX);
    return leaves ? lowest : NOBODY;
  }

  @Override
  public boolean takesMoney() {
    return true;
  }

  @Override
  public int open(int index, Tenant tenant) {
    return ledger.openTenant(tenant.endowment(), tenant.balance());
  }

  @Override
  public long balance(int account) {
    return ledger.balance(account);
  }

  @Override
  public void passed(int ticks, PageBids waiting, SharedPages pages) {
    long lowest = Long.MAX_VALUE;
    for (int context = 0; context < pages.contexts(); context++) {
      lowest = Math.min(lowest, pages.bid(context));
    }
    for (int context = 0; context < pages.contexts() && lowest > 0; context++) {
      int account = pages.account(context);
      long paid = Math.min(lowest * pages.own(context) * ticks, ledger.balance(account));
      ledger.pay(account, paid);
      rentPaid[account] += paid;
    }
    ledger.distribute();
  }

  @Override
  public long rentPaid(int account) {
    return rentPaid[account];
  }

  @Override
  public void check() {
    ledger.check();
  }
}
