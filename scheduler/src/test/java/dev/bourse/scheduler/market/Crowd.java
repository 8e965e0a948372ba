package dev.bourse.scheduler.market;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.Planner;
import dev.bourse.scheduler.StepPlan;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Thousands of contexts that all want slots, step after step: the values of a third are alike, the
 * others differ; one of four has a prompt. Whoever is served wants something else next.
 */
final class Crowd {
  private static final int CHUNK = 64;

  private final Planner planner;
  private final int slots;
  private final Demands demands = new Demands();
  private final StepPlan plan = new StepPlan();
  private final RandomGenerator random = RandomGeneratorFactory.of("SplittableRandom").create(7);
  private final int[] accounts;
  private final long[] turns;
  private final int[] tokens;
  private final long[] bids;
  private final int[] waits;
  private long turn;

  /**
   * @param tenants of the market that have endowments; the others have none
   * @param processes accounts; each is below a tenant and has an equal number of contexts
   */
  static Crowd of(Market market, int tenants, int processes, int contexts, int slots) {
    int[] processAccounts = new int[processes];
    int[] tenantAccounts = new int[tenants];
    for (int tenant = 0; tenant < tenants; tenant++) {
      tenantAccounts[tenant] = market.ledger().openTenant(1L << 20, 1L << 36);
    }
    for (int process = 0; process < processes; process++) {
      int tenant = tenantAccounts[process % tenants];
      long shares = processes / tenants + 1L;
      processAccounts[process] =
          market.ledger().open(tenant, (1L << 20) / shares, (1L << 36) / shares);
    }
    return new Crowd(market, processAccounts, contexts, slots);
  }

  Crowd(Planner planner, int[] processes, int contexts, int slots) {
    this.planner = planner;
    this.slots = slots;
    accounts = new int[contexts];
    turns = new long[contexts];
    tokens = new int[contexts];
    bids = new long[contexts];
    waits = new int[contexts];
    for (int context = 0; context < contexts; context++) {
      accounts[context] = processes[context % processes.length];
      renew(context);
    }
  }

  private void renew(int context) {
    turns[context] = turn++;
    tokens[context] = random.nextInt(4) == 0 ? 2 + random.nextInt(CHUNK - 1) : 1;
    bids[context] = random.nextInt(3) == 0 ? 1_000 : random.nextInt(20_000);
    waits[context] = 0;
  }

  /** Makes the demands of the next step. */
  void demand() {
    demands.clear();
    for (int context = 0; context < accounts.length; context++) {
      demands.add(
          context,
          accounts[context],
          turns[context],
          tokens[context],
          bids[context],
          waits[context]++,
          0);
    }
  }

  /** Plans and settles it. */
  StepPlan step() {
    planner.plan(demands, slots, plan);
    planner.settle(demands, plan);
    return plan;
  }

  /** Whoever was served wants something else. */
  void renew() {
    for (int grant = 0; grant < plan.size(); grant++) {
      renew(plan.row(grant));
    }
  }

  void check() {
    plan.check(demands, slots);
  }
}
