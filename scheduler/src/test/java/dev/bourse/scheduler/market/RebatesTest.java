package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.StepPlan;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RebatesTest {
  private static final int STEPS = 200;

  /** What a tenant is told in all of a history, if it bids {@code own} and the others at random. */
  private static long told(long seed, int tenants, long own) {
    Random random = new Random(seed);
    Ledger ledger = new Ledger();
    for (int tenant = 0; tenant < tenants; tenant++) {
      ledger.openTenant(1, 0);
    }
    Auction auction = new Auction(MarketConfig.DEFAULT);
    Rebates rebates = new Rebates(ledger, auction);
    Demands demands = new Demands();
    StepPlan plan = new StepPlan();
    long told = 0;
    // In the end nobody demands anything, and what is still owed is told.
    for (int step = 0; step < 2 * STEPS; step++) {
      demands.clear();
      for (int i = 0; i < 12 && step < STEPS; i++) {
        long bid = random.nextInt(100);
        demands.add(i, i % tenants, i, 1 + random.nextInt(4), i % tenants == 0 ? own : bid, 0, 0);
      }
      auction.run(demands, 10, plan);
      long revenue = step < STEPS ? 0 : 1_000_000;
      for (int grant = 0; grant < plan.size(); grant++) {
        revenue += plan.payment(grant);
      }
      rebates.addSlots(revenue);
      for (int tenant = 0; tenant < tenants; tenant++) {
        long answer = rebates.revenueWithout(tenant);
        assertThat(answer).isBetween(0L, revenue);
        told += tenant == 0 ? answer : 0;
      }
      rebates.distributed();
      assertThat(rebates.revenue()).isZero();
    }
    return told;
  }

  @Test
  void whatATenantIsToldInTheLongRunDoesNotDependOnItsBids() {
    int seeds = 500;
    for (int seed = 0; seed < seeds; seed++) {
      int tenants = 2 + seed % 6;
      long without = told(seed, tenants, 1);
      assertThat(told(seed, tenants, 50)).as("seed %d", seed).isEqualTo(without);
      assertThat(told(seed, tenants, 1_000)).as("seed %d", seed).isEqualTo(without);
      assertThat(without > 0).isEqualTo(tenants > 2);
    }
    System.out.printf("Rebates: %d histories of %d steps, with three bids each%n", seeds, STEPS);
  }
}
