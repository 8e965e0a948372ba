package dev.bourse.scheduler.market;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.Planner;
import dev.bourse.scheduler.Residency;
import dev.bourse.scheduler.StepPlan;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The market, as an engine uses it: who computes is decided by an {@link Auction}, who stays in
 * memory by {@link Leases}, what that costs by {@link Rent}, and who has what is in one {@link
 * Ledger}.
 *
 * <p>A step: {@link #plan} lowers the bids of who spends too fast ({@link Pacing}), and every bid
 * to what its account could pay if all it demands were served, {@code balance / tokens demanded};
 * then it runs the auction. So nobody owes more than it has, and to demand more is to bid less for
 * each. {@link #settle} has the winners pay, and gives the revenue back as dividends, to big
 * tenants as if they had not bid. Whoever has spent its balance in between pays what it has left,
 * and the plan says so.
 *
 * <p>A token wallet caps what is computed, at any price. It is spent where a pass is submitted, and
 * refused there, with an error: whoever has none left demands nothing, and the market never sees
 * it.
 *
 * <p>Accounts open and close here, and not in the ledger. Between a plan and its settlement,
 * closing waits, because a step that was computed is paid for.
 *
 * <p>Cost of a step: that of the auction, and the same once more if there are tenants above 5% of
 * the endowments and anything is paid ({@link Rebates}). Allocates only to grow.
 */
public final class Market implements Planner, Residency {
  private static final long OBSERVED = -1;

  private final Ledger ledger = new Ledger();
  private final Auction auction;
  private final Rebates rebates;
  private final Leases leases;
  private final Rent rent = new Rent();
  private final @Nullable Pacing pacing;
  private final PriceHistory history;

  /** Demands with the bids that their accounts can pay. */
  private final Demands offers = new Demands();

  /** Accounts that are paced; those that closed are forgotten before their numbers come again. */
  private boolean[] known = new boolean[64];

  private int slots;
  private long wantedTokens;
  private boolean unsettled;

  /** Tokens that an account demands; 0 again once its limit is known. */
  private long[] wanted = new long[64];

  /** What an account can bid for a token; {@link #OBSERVED} once the step is settled. */
  private long[] limits = new long[64];

  /** By what its bids are multiplied, as {@link Pacing} says. */
  private int[] multipliers = new int[64];

  /** What it paid for slots in this step. */
  private long[] spent = new long[64];

  /** Accounts that close when the step is settled. */
  private int[] closing = new int[16];

  private int closingCount;

  public Market(MarketConfig config) {
    auction = new Auction(config);
    rebates = new Rebates(ledger, auction);
    leases = new Leases(config.leases());
    pacing = config.pacingSteps() == 0 ? null : new Pacing(config.pacingSteps());
    history = new PriceHistory(config.historySteps());
  }

  /**
   * Who has what. An account that is closed there, not with {@link #close}, does not pay for the
   * step that is computed.
   */
  public Ledger ledger() {
    return ledger;
  }

  /** Closes an account and all below it, after the step that is computed now if there is one. */
  public void close(int account) {
    if (!unsettled) {
      ledger.close(account);
      return;
    }
    if (closingCount == closing.length) {
      closing = Arrays.copyOf(closing, closingCount * 2);
    }
    closing[closingCount++] = account;
  }

  private void closeAll() {
    for (int i = 0; i < closingCount; i++) {
      // It may have closed with one above it.
      if (ledger.isOpen(closing[i])) {
        ledger.close(closing[i]);
      }
    }
    closingCount = 0;
  }

  @Override
  public void plan(Demands demands, int newSlots, StepPlan plan) {
    closeAll();
    slots = newSlots;
    offers.copy(demands);
    limitBids();
    auction.run(offers, slots, plan);
    unsettled = true;
  }

  private void grow(int account) {
    if (account >= wanted.length) {
      int capacity = Math.max(account + 1, wanted.length * 2);
      wanted = Arrays.copyOf(wanted, capacity);
      limits = Arrays.copyOf(limits, capacity);
      multipliers = Arrays.copyOf(multipliers, capacity);
      spent = Arrays.copyOf(spent, capacity);
      known = Arrays.copyOf(known, capacity);
    }
    if (pacing != null && !known[account]) {
      pacing.open(account);
      known[account] = true;
    }
  }

  private void limitBids() {
    wantedTokens = 0;
    for (int row = 0; row < offers.size(); row++) {
      int account = offers.account(row);
      grow(account);
      wanted[account] += offers.tokens(row);
      wantedTokens += offers.tokens(row);
    }
    for (int row = 0; row < offers.size(); row++) {
      int account = offers.account(row);
      if (wanted[account] > 0) {
        limits[account] = ledger.balance(account) / wanted[account];
        multipliers[account] = pacing == null ? 1 << Pacing.BITS : pacing.multiplier(account);
        wanted[account] = 0;
      }
      long paced = Pacing.paced(offers.bid(row), multipliers[account]);
      offers.limitBid(row, Math.min(paced, limits[account]));
    }
  }

  @Override
  public void settle(Demands demands, StepPlan plan) {
    for (int grant = 0; grant < plan.size(); grant++) {
      if (plan.payment(grant) > 0) {
        pay(demands.account(plan.row(grant)), grant, plan);
      }
    }
    if (pacing != null) {
      pace(pacing, demands);
    }
    ledger.distribute(rebates);
    history.add(
        slots,
        wantedTokens,
        plan.tokens(),
        auction.slotPrice(),
        leases.rent(),
        rebates.revenue(),
        demands.size() - plan.size());
    rebates.distributed();
    unsettled = false;
    closeAll();
  }

  private void pay(int account, int grant, StepPlan plan) {
    long owed = plan.payment(grant);
    long paid = ledger.isOpen(account) ? Math.min(owed, ledger.balance(account)) : 0;
    if (paid > 0) {
      ledger.pay(account, paid);
    }
    plan.charge(grant, paid - owed);
    rebates.addSlots(paid);
    spent[account] += paid;
  }

  private void pace(Pacing bids, Demands demands) {
    for (int account = 0; account < known.length; account++) {
      known[account] = known[account] && ledger.isOpen(account);
    }
    for (int row = 0; row < demands.size(); row++) {
      int account = demands.account(row);
      // Who is not slowed down, and spends nothing, stays as it is.
      boolean changes = spent[account] > 0 || multipliers[account] < 1 << Pacing.BITS;
      if (changes && limits[account] != OBSERVED && known[account]) {
        bids.observe(account, spent[account], ledger.balance(account), ledger.dividend(account));
        limits[account] = OBSERVED;
      }
      spent[account] = 0;
    }
  }

  /** The last step that was settled. */
  public Tick tick() {
    return history.last();
  }

  public PriceHistory history() {
    return history;
  }

  /** Who stays in memory, and what that costs. */
  public Leases leases() {
    return leases;
  }

  /**
   * Has those who hold pages pay for them, at {@link Leases#rent()}: the revenue is given back when
   * a step is settled, to big tenants as if theirs had not been paid.
   *
   * @param pages whose accounts are all open
   * @param ticks since the last charge
   * @return micro-credits that were paid
   */
  public long chargeRent(SharedPages pages, int ticks) {
    rent.compute(pages, leases.rent(), ticks);
    long paid = rent.collect(ledger);
    for (int context = 0; context < pages.contexts() && paid > 0; context++) {
      rebates.addRent(pages.account(context), rent.paid(context));
    }
    return paid;
  }

  /** What each context paid and who shares what, of the last {@link #chargeRent}. */
  public Rent rent() {
    return rent;
  }

  /**
   * What an account's bid for pages counts as: no more than it could pay for a tick, and nothing
   * while it is {@linkplain Rent#isInsolvent insolvent}.
   *
   * @param bid micro-credits for each page and tick
   * @param pages it wants or holds for that
   */
  public long pageBid(int account, long bid, int pages) {
    return rent.isInsolvent(account)
        ? 0
        : Math.min(bid, ledger.balance(account) / Math.max(pages, 1));
  }

  /** See {@link Leases#turnEnded}. */
  public void turnEnded(long context) {
    leases.turnEnded(context);
  }

  @Override
  public int next(PageBids waiting) {
    return leases.next(waiting);
  }

  @Override
  public int victim(PageBids waiting, int claim, PageBids holders) {
    return leases.victim(waiting, claim, holders);
  }
}
