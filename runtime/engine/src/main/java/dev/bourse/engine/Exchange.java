package dev.bourse.engine;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.Policy;
import dev.bourse.scheduler.Residency;
import dev.bourse.scheduler.StepPlan;
import dev.bourse.scheduler.market.Ledger;
import java.util.ArrayList;
import java.util.List;

/**
 * Where contexts ask for token slots and pages, and the policy answers. Owned by whoever holds the
 * engine's lock.
 *
 * <p>Time is in ticks: a step, or a millisecond in which there was none.
 */
final class Exchange {
  private static final long TICK_NANOS = 1_000_000;

  private final Policy policy;
  private final Accounts accounts;
  private final int slots;
  private final int chunk;
  private final Demands demands = new Demands();
  private final StepPlan plan = new StepPlan();
  private final List<Context> demanding = new ArrayList<>();
  private long steps;
  private long idleNanos;
  private long idleSinceNanos = System.nanoTime();
  private boolean computing;

  Exchange(EngineConfig config) {
    this.policy = config.newPolicy();
    this.accounts = new Accounts(new Ledger(), user -> Tenant.DEFAULT);
    this.slots = config.stepTokens();
    this.chunk = config.chunkTokens();
  }

  /** The tick there is now. */
  long now() {
    long idle = computing ? idleNanos : idleNanos + System.nanoTime() - idleSinceNanos;
    return steps + idle / TICK_NANOS;
  }

  // Token slots.

  /** Begins to collect what contexts want of the next step. */
  void open() {
    demands.clear();
    demanding.clear();
  }

  /** A context wants its next rows computed. */
  void demand(Context context) {
    demanding.add(context);
    demands.add(
        context.id(),
        0,
        context.turn(),
        Math.min(context.work().remaining(), chunk),
        0,
        context.waitedSteps(steps),
        context.table().length());
  }

  /** What a step computes of one context. */
  record Grant(Context context, int tokens) {}

  /** Chooses the batch of the step that begins now. */
  List<Grant> plan() {
    policy.planner().plan(demands, slots, plan);
    plan.check(demands, slots);
    List<Grant> grants = new ArrayList<>(plan.size());
    for (int grant = 0; grant < plan.size(); grant++) {
      Context context = demanding.get(plan.row(grant));
      context.takeOff(steps);
      grants.add(new Grant(context, plan.tokens(grant)));
    }
    computing = true;
    idleNanos += System.nanoTime() - idleSinceNanos;
    return grants;
  }

  /** The step was computed. */
  void settle() {
    policy.planner().settle(demands, plan);
    steps++;
    computing = false;
    idleSinceNanos = System.nanoTime();
  }

  /** Steps that were computed. */
  long steps() {
    return steps;
  }

  // Pages.

  Residency residency() {
    return policy.residency();
  }

  /** Micro-credits that a context offers for each page and tick. */
  long pageBid(Context context) {
    return switch (context.bid()) {
      case Bid.Auto _ -> 0;
      case Bid.PerPage bid -> bid.micros();
      case Bid.Both bid -> bid.pageMicros();
    };
  }

  /** Micro-credits that a context offers for each of {@code tokens} token slots. */
  long slotBid(Context context, int tokens) {
    return context.bid() instanceof Bid.Both bid
        ? bid.slotMicros()
        : pageBid(context) * context.table().footprint() / tokens;
  }

  /** Micro-credits that a context pays for its pages in a tick at this moment. */
  long rent(Context context) {
    return 0;
  }

  Accounts accounts() {
    return accounts;
  }
}
