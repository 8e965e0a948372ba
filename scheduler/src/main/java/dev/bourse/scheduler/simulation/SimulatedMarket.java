package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.Policy;
import dev.bourse.scheduler.market.DefaultBid;
import dev.bourse.scheduler.market.Ledger;
import dev.bourse.scheduler.market.Market;
import dev.bourse.scheduler.market.MarketConfig;
import dev.bourse.scheduler.market.SharedPages;
import dev.bourse.scheduler.market.TurnLengths;
import dev.bourse.scheduler.simulation.Trace.Tenant;

/** The market as the engine uses it: tenants have accounts, those who hold pages pay rent. */
final class SimulatedMarket implements Economy {
  private final Market market;
  private final long[] rentPaid;
  private final TurnLengths turnLengths = new TurnLengths();

  /** Agents that use an account. */
  private final int[] traders;

  private long minted;

  private SimulatedMarket(MarketConfig config, int tenants) {
    market = new Market(config);
    rentPaid = new long[tenants];
    traders = new int[tenants];
  }

  static PolicyRun create(MarketConfig config, int tenants) {
    SimulatedMarket economy = new SimulatedMarket(config, tenants);
    return new PolicyRun(new Policy("market", economy.market, economy.market), economy);
  }

  @Override
  public int open(int index, Tenant tenant) {
    minted += tenant.balance();
    int account = market.ledger().openTenant(tenant.endowment(), tenant.balance());
    turnLengths.open(account, Ledger.NONE);
    return account;
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
  public void began(int account) {
    traders[account]++;
  }

  @Override
  public void ended(int account) {
    traders[account]--;
  }

  @Override
  public void turnEnded(SimulatedContext context, long ticks) {
    market.turnEnded(context.number);
    turnLengths.observe(context.account, ticks);
  }

  @Override
  public long defaultPageBid(SimulatedContext context, EngineModel engine) {
    int account = context.account;
    return DefaultBid.perPage(
        balance(account) / traders[account],
        market.ledger().dividend(account) / traders[account],
        pages(context, engine),
        engine.pageTokens(),
        turnLengths.mean(account),
        turnLengths.meanSquare(account));
  }

  @Override
  public long defaultSlotBid(SimulatedContext context, EngineModel engine, int tokens) {
    long perPage = defaultPageBid(context, engine);
    return DefaultBid.perToken(perPage, pages(context, engine), tokens);
  }

  /** As in the engine: what it has in memory, prefixes included. */
  private static int pages(SimulatedContext context, EngineModel engine) {
    return engine.pagesFor(Math.max(context.computed, context.kept));
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
