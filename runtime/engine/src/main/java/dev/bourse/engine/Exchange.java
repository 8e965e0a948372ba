package dev.bourse.engine;

import dev.bourse.kv.PageTree;
import dev.bourse.scheduler.CostModel;
import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.Policy;
import dev.bourse.scheduler.Residency;
import dev.bourse.scheduler.StepPlan;
import dev.bourse.scheduler.market.DefaultBid;
import dev.bourse.scheduler.market.Ledger;
import dev.bourse.scheduler.market.Market;
import dev.bourse.scheduler.market.TurnLengths;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where contexts ask for token slots and pages, and the policy answers; where they bid, and pay.
 * Owned by whoever holds the engine's lock.
 *
 * <p>Time is in ticks: a step, or a millisecond in which there was none.
 */
final class Exchange {
  private static final long TICK_NANOS = 1_000_000;

  private final MarketSettings settings;
  private final Market market;
  private final Policy policy;
  private final Accounts accounts;
  private final TurnLengths turnLengths = new TurnLengths();
  private final Rents rents;
  private final CostModel cost = new CostModel(0, 0, 0);
  private final int slotsMax;
  private final int chunk;
  private final int pageTokens;
  private final Demands demands = new Demands();
  private final StepPlan plan = new StepPlan();
  private final List<Context> demanding = new ArrayList<>();
  private long steps;
  private long idleNanos;
  private long idleSinceNanos = System.nanoTime();
  private boolean computing;
  private Consumer<Turn> listener = turn -> {};
  private long observed;
  private long kvTokens;
  private long wantedTokens;
  private int slots;

  /**
   * @param contexts has something done with every context there is
   */
  Exchange(EngineConfig config, PageTree pages, Consumer<Consumer<Context>> contexts) {
    this.settings = config.market();
    this.market = new Market(settings.rules());
    this.policy = Policies.create(settings.policy(), market);
    this.accounts = new Accounts(market, turnLengths, settings);
    this.rents = new Rents(market, pages, contexts, this::pageBid);
    this.slotsMax = config.stepTokens();
    this.chunk = config.chunkTokens();
    this.pageTokens = config.pageTokens();
  }

  Accounts accounts() {
    return accounts;
  }

  Market market() {
    return market;
  }

  String policy() {
    return policy.name();
  }

  /** The tick there is now. */
  long now() {
    long idle = computing ? idleNanos : idleNanos + System.nanoTime() - idleSinceNanos;
    return steps + idle / TICK_NANOS;
  }

  /** Steps that were computed. */
  long steps() {
    return steps;
  }

  // Token slots.

  /** Begins to collect what contexts want of the next step. */
  void open() {
    demands.clear();
    demanding.clear();
    kvTokens = 0;
    wantedTokens = 0;
  }

  /** A context wants its next rows computed. */
  void demand(Context context) {
    int tokens = tokensWanted(context);
    int cached = context.table().length();
    demanding.add(context);
    context.demand(steps);
    kvTokens += cached;
    wantedTokens += tokens;
    demands.add(
        context.id(),
        context.process().payer().number(),
        context.turn(),
        tokens,
        slotBid(context, tokens),
        context.waitedSteps(steps),
        cached);
  }

  private int tokensWanted(Context context) {
    return Math.min(context.work().remaining(), chunk);
  }

  /**
   * Of two contexts that want the same page, the one that computes it for both: under the market
   * who offers more, lest who offers much waits for who offers nothing; else who came first.
   */
  Context firstOf(Context context, Context other) {
    if (isMarket()) {
      long bid = slotBid(context, tokensWanted(context));
      long otherBid = slotBid(other, tokensWanted(other));
      if (bid != otherBid) {
        return bid > otherBid ? context : other;
      }
    }
    return context.turn() <= other.turn() ? context : other;
  }

  /**
   * Chooses the batch of the step that begins now.
   *
   * @return how many contexts are in it
   */
  int plan() {
    slots = cost.slotsFor(settings.stepTarget().toNanos() / 1e3, kvTokens, wantedTokens, slotsMax);
    policy.planner().plan(demands, slots, plan);
    plan.check(demands, slots);
    kvTokens = 0;
    for (int grant = 0; grant < plan.size(); grant++) {
      Context context = context(grant);
      context.takeOff(steps);
      kvTokens += context.table().length();
    }
    computing = true;
    idleNanos += System.nanoTime() - idleSinceNanos;
    return plan.size();
  }

  /** Whose tokens grant number {@code grant} of the plan is for. */
  Context context(int grant) {
    return demanding.get(plan.row(grant));
  }

  /** Tokens of grant number {@code grant}. */
  int tokens(int grant) {
    return plan.tokens(grant);
  }

  /** Microseconds that a step like the last is thought to take. */
  double stepMicros() {
    return cost.micros(plan.tokens(), kvTokens);
  }

  /** Token slots of the step that was planned last. */
  int slots() {
    return slots;
  }

  /**
   * The step was computed.
   *
   * @param stepNanos how long that took
   */
  void settle(long stepNanos) {
    policy.planner().settle(demands, plan);
    cost.observe(plan.tokens(), kvTokens, stepNanos / 1e3);
    steps++;
    computing = false;
    idleSinceNanos = System.nanoTime();
  }

  /** Micro-credits that are paid for the tokens of grant number {@code grant}. */
  long payment(int grant) {
    return plan.payment(grant);
  }

  /** A step failed: nobody pays for it. */
  void fail() {
    computing = false;
    idleSinceNanos = System.nanoTime();
  }

  // Pages.

  Residency residency() {
    return policy.residency();
  }

  /**
   * Lets time pass for those who hold memory: rent follows the bids, and is paid.
   *
   * @param waiting claims for pages
   */
  void observe(PageBids waiting) {
    long now = now();
    int ticks = (int) Math.min(now - observed, Integer.MAX_VALUE);
    observed = now;
    if (isMarket() && ticks > 0) {
      market.leases().observe(waiting, ticks);
      rents.pass(ticks);
    }
  }

  private boolean isMarket() {
    return policy.residency() == market;
  }

  /** Micro-credits that a context pays for its pages in a tick at this moment. */
  long rent(Context context) {
    double price = Math.min(rents.perPage(), pageBid(context));
    return context.holdsMemory() ? (long) (price * context.effectivePages()) : 0;
  }

  // Bids.

  /** Micro-credits that a context offers for each page and tick. */
  long pageBid(Context context) {
    if (context.process().payer().isClosed()) {
      return 0; // Its process has ended while it waited, and it is about to see that.
    }
    long offer =
        switch (context.bid()) {
          case Bid.Auto _ -> automatic(context);
          case Bid.PerPage bid -> bid.micros();
          case Bid.Both bid -> bid.pageMicros();
        };
    return market.pageBid(context.process().payer().number(), offer, context.table().footprint());
  }

  /** Micro-credits that a context offers for each of {@code tokens} token slots. */
  long slotBid(Context context, int tokens) {
    return context.bid() instanceof Bid.Both bid
        ? bid.slotMicros()
        : DefaultBid.perToken(pageBid(context), context.table().footprint(), tokens);
  }

  /** Spends evenly what the account has on what its contexts need. */
  private long automatic(Context context) {
    Account payer = context.process().payer();
    Ledger ledger = market.ledger();
    int number = payer.number();
    int traders = payer.traders();
    long mean = turnLengths.mean(number);
    long meanSquare = turnLengths.meanSquare(number);
    if (context.horizon() > 0) {
      mean = (long) context.horizon() << TurnLengths.BITS;
      meanSquare = mean * context.horizon();
    }
    return DefaultBid.perPage(
        ledger.balance(number) / traders,
        ledger.dividend(number) / traders,
        context.table().footprint(),
        pageTokens,
        mean,
        meanSquare);
  }

  /** A turn of a context has ended, after so many steps of it. */
  void turnEnded(Context context, TurnCounter counter) {
    if (counter.steps() > 0) {
      turnLengths.observe(context.process().payer().number(), counter.steps());
    }
    if (!counter.isEmpty()) {
      listener.accept(counter.turn(context.id(), context.process().user()));
    }
  }

  /** Tells somebody of every turn that ends. */
  void onTurn(Consumer<Turn> newListener) {
    listener = newListener;
  }

  /** A context is gone. */
  void closed(Context context) {
    market.turnEnded(context.id());
  }
}
