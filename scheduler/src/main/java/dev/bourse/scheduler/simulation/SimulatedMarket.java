package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.Policy;
import dev.bourse.scheduler.market.Market;
import dev.bourse.scheduler.market.MarketConfig;
import dev.bourse.scheduler.market.SharedPages;
import dev.bourse.scheduler.simulation.Trace.Tenant;

/** The market as the engine uses it: tenants have accounts, those who hold pages pay rent. */
final class SimulatedMarket implements Economy {
  private final Market market;
  private final long[] rentPaid;
  private long minted;

  private SimulatedMarket(MarketConfig config, int tenants) {
    market = new Market(config);
    rentPaid = new long[tenants];
  }

  static PolicyRun create(MarketConfig config, int tenants) {
    SimulatedMarket economy = new SimulatedMarket(config, tenants);
    return new PolicyRun(new Policy("market", economy.market, economy.market), economy);
  }

  @Override
  public int open(int index, Tenant tenant) {
    minted += tenant.balance();
    return market.ledger().openTenant(tenant.endowment(), tenant.balance());
  }

  @Override
  public long balance(int account) {
    return market.ledger().balance(account);
  }

  @Override
  public long pageBid(int account, long bid, int pages) {
    return market.pageBid(account, bid, pages);
  }

  @Override
  public void turnEnded(long context) {
    market.turnEnded(context);
  }

  @Override
  public void passed(int ticks, PageBids waiting, SharedPages pages) {
    market.leases().observe(waiting, ticks);
    market.chargeRent(pages, ticks);
    for (int context = 0; context < pages.contexts(); context++) {
      rentPaid[pages.account(context)] += market.rent().paid(context);
    }
  }

  @Override
  public boolean takesMoney() {
    return true;
  }

  @Override
  public long rentPaid(int account) {
    return rentPaid[account];
  }

  @Override
  public void check() {
    market.ledger().check();
    if (market.ledger().minted() != minted) {
      throw new IllegalStateException(
          "%d micro-credits were minted, and there are %d"
              .formatted(minted, market.ledger().minted()));
    }
  }
}
