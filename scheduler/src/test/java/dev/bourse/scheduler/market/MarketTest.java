package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.StepPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MarketTest {
  private final Market market = new Market(MarketConfig.DEFAULT);
  private final Ledger ledger = market.ledger();
  private final Demands demands = new Demands();
  private final StepPlan plan = new StepPlan();

  private void demand(int account, int tokens, long bid) {
    demands.add(demands.size(), account, demands.size(), tokens, bid, 0, 0);
  }

  private void plan(int slots) {
    market.plan(demands, slots, plan);
    plan.check(demands, slots);
  }

  @Test
  void paysAndGivesBackByEndowment() {
    int rich = ledger.openTenant(1, 1_000);
    int poor = ledger.openTenant(1, 100);
    List<Integer> others = LongStream.range(0, 98).mapToObj(i -> ledger.openTenant(1, 0)).toList();
    demand(rich, 4, 64);
    demand(poor, 4, 64);
    plan(4);
    // 100 micro-credits for 4 tokens are 25 for each: 16, rounded.
    assertThat(plan.tokensOf(0)).isEqualTo(4);
    assertThat(plan.payment(0)).isEqualTo(64);
    market.settle(demands, plan);
    assertThat(ledger.balance(rich)).isEqualTo(936);
    ledger.check();
    assertThat(market.tick()).isEqualTo(new Tick(1, 4, 8, 4, 16, 0, 64, 1));
    assertThat(market.tick().contention()).isEqualTo(2);
    for (int step = 0; step < 100; step++) {
      demands.clear();
      demand(rich, 4, 64);
      demand(poor, 4, 64);
      plan(4);
      market.settle(demands, plan);
    }
    ledger.check();
    assertThat(others).allSatisfy(other -> assertThat(ledger.balance(other)).isPositive());
  }

  @Test
  void aForkedBalanceBidsNoMoreThanTheWhole() {
    int account = ledger.openTenant(100, 640);
    int child = ledger.open(account, 50, 320);
    int other = ledger.openTenant(100, 1_000_000);
    demand(account, 5, 1 << 20);
    demand(child, 5, 1 << 20);
    demand(other, 5, 128);
    plan(5);
    assertThat(plan.tokensOf(2)).isEqualTo(5);
    assertThat(plan.payment(0)).isEqualTo(5 * 64);
  }

  @Test
  void whoClosesDuringAStepPaysForItFirst() {
    int tenant = ledger.openTenant(10, 1_000);
    int child = ledger.open(tenant, 5, 500);
    int other = ledger.openTenant(990, 1_000);
    demand(child, 1, 100);
    demand(other, 1, 50);
    plan(1);
    market.close(tenant);
    market.close(child);
    assertThat(ledger.isOpen(child)).isTrue();
    market.settle(demands, plan);
    assertThat(plan.payment(0)).isEqualTo(32);
    assertThat(ledger.isOpen(child)).isFalse();
    assertThat(ledger.isOpen(tenant)).isFalse();
    ledger.check();
    market.close(other);
    assertThat(ledger.isOpen(other)).isFalse();
  }

  @Test
  void whoClosesDuringAStepThatFailedPaysNothing() {
    int tenant = ledger.openTenant(10, 1_000);
    int child = ledger.open(tenant, 5, 500);
    demand(child, 2, 100);
    demand(tenant, 2, 100);
    plan(1);
    market.close(child);
    demands.clear();
    plan(1);
    assertThat(ledger.isOpen(child)).isFalse();
    assertThat(ledger.balance(tenant)).isEqualTo(1_000);
  }

  @Test
  void whoClosesInTheLedgerDuringAStepBreaksNothing() {
    int tenant = ledger.openTenant(500, 1_000);
    int child = ledger.open(tenant, 5, 500);
    int other = ledger.openTenant(500, 1_000);
    demand(child, 1, 100);
    demand(other, 1, 50);
    plan(1);
    ledger.close(child);
    market.settle(demands, plan);
    assertThat(plan.payment(0)).isZero();
    ledger.check();
  }

  @Test
  void whoHasSpentItsBalanceMeanwhilePaysWhatIsLeft() {
    int spender = ledger.openTenant(10, 1_000);
    int other = ledger.openTenant(990, 1_000);
    demand(spender, 1, 100);
    demand(other, 1, 50);
    plan(1);
    ledger.transfer(spender, other, 990);
    market.settle(demands, plan);
    assertThat(plan.payment(0)).isEqualTo(10);
    assertThat(market.tick().revenue()).isEqualTo(10);
    ledger.check();
  }

  @Test
  void whoSpendsTooFastIsSlowedDownAndWhoComesAfterIsNot() {
    Market paced = new Market(MarketConfig.DEFAULT.withPacing(1_000));
    int spender = paced.ledger().openTenant(1, 200_000);
    int other = paced.ledger().openTenant(1_000_000, 1L << 40);
    assertThat(firstBidThatLost(paced, spender, other)).isLessThan(400);
    paced.close(spender);
    demands.clear();
    paced.plan(demands, 1, plan);
    paced.settle(demands, plan);
    assertThat(paced.ledger().openTenant(1, 200_000)).isEqualTo(spender);
    demands.clear();
    demand(spender, 1, 1_024);
    demand(other, 1, 512);
    paced.plan(demands, 1, plan);
    assertThat(plan.tokensOf(0)).isEqualTo(1);
    Market unpaced = new Market(MarketConfig.DEFAULT.withPacing(0));
    unpaced.ledger().openTenant(1, 200_000);
    unpaced.ledger().openTenant(1_000_000, 1L << 40);
    assertThat(firstBidThatLost(unpaced, spender, other)).isGreaterThanOrEqualTo(390);
  }

  /** Steps in which somebody with twice the bid, at five times what it can spend, goes first. */
  private int firstBidThatLost(Market at, int spender, int other) {
    for (int step = 0; step < 400; step++) {
      demands.clear();
      demand(spender, 1, 1_024);
      demand(other, 1, 512);
      at.plan(demands, 1, plan);
      at.settle(demands, plan);
      if (plan.tokensOf(0) == 0) {
        return step;
      }
    }
    return 400;
  }

  @Test
  void remembersTheLastSteps() {
    Market small = new Market(MarketConfig.DEFAULT.withHistory(3));
    assertThat(small.tick()).isEqualTo(Tick.BEGIN);
    int account = small.ledger().openTenant(1, 1);
    for (int step = 1; step <= 7; step++) {
      demands.clear();
      demand(account, step, 0);
      small.plan(demands, 100, plan);
      small.settle(demands, plan);
    }
    assertThat(small.history().last(5)).extracting(Tick::wanted).containsExactly(5L, 6L, 7L);
    assertThat(small.history().last(2)).extracting(Tick::step).containsExactly(6L, 7L);
  }

  @Test
  void noHistoryMakesOrLosesCreditsAndTheSameOneGivesTheSamePlans() {
    int seeds = 150;
    int steps = 300;
    for (int seed = 0; seed < seeds; seed++) {
      assertThat(history(seed, steps)).as("seed %d", seed).isEqualTo(history(seed, steps));
    }
    System.out.printf("Markets: %d histories of %d steps, each twice%n", seeds, steps);
  }

  /** Tenants, forks, transfers, closes in the middle of steps, steps that fail. */
  private static List<Long> history(long seed, int steps) {
    Random random = new Random(seed);
    Market market = new Market(MarketConfig.DEFAULT.withLane(8, 3, 12));
    Ledger ledger = market.ledger();
    Demands demands = new Demands();
    StepPlan plan = new StepPlan();
    List<Integer> accounts = new ArrayList<>();
    List<Long> outcome = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      disturb(random, market, accounts);
      demands.clear();
      for (int i = accounts.isEmpty() ? 0 : random.nextInt(30); i > 0; i--) {
        int account = accounts.get(random.nextInt(accounts.size()));
        demands.add(
            i,
            account,
            random.nextInt(9),
            1 + random.nextInt(8),
            bid(random),
            random.nextInt(16),
            0);
      }
      int slots = 1 + random.nextInt(40);
      market.plan(demands, slots, plan);
      plan.check(demands, slots);
      for (int account : accounts) {
        long owed = 0;
        for (int grant = 0; grant < plan.size(); grant++) {
          owed += demands.account(plan.row(grant)) == account ? plan.payment(grant) : 0;
        }
        assertThat(owed).isLessThanOrEqualTo(ledger.balance(account));
      }
      disturb(random, market, accounts);
      if (random.nextInt(5) > 0) {
        market.settle(demands, plan);
      }
      ledger.check();
      for (int grant = 0; grant < plan.size(); grant++) {
        outcome.add((long) plan.row(grant) << 32 | plan.tokens(grant));
        outcome.add(plan.payment(grant));
      }
      outcome.add(ledger.treasury());
    }
    return outcome;
  }

  private static long bid(Random random) {
    return random.nextInt(3) == 0 ? 0 : random.nextLong() >>> (20 + random.nextInt(44));
  }

  private static void disturb(Random random, Market market, List<Integer> accounts) {
    Ledger ledger = market.ledger();
    if (accounts.size() < 3 || random.nextInt(20) == 0) {
      accounts.add(ledger.openTenant(random.nextInt(1000), random.nextInt(1_000_000)));
    }
    int account = accounts.get(random.nextInt(accounts.size()));
    switch (random.nextInt(8)) {
      case 0 ->
          accounts.add(
              ledger.open(account, ledger.endowment(account) / 3, ledger.balance(account) / 2));
      case 1 -> ledger.transfer(account, accounts.getFirst(), ledger.balance(account) / 2);
      case 2, 3 -> {
        accounts.removeIf(below -> isBelow(ledger, below, account));
        market.close(account);
      }
      default -> ledger.check();
    }
  }

  private static boolean isBelow(Ledger ledger, int account, int other) {
    int at = account;
    while (at != Ledger.NONE && at != other) {
      at = ledger.parent(at);
    }
    return at == other;
  }
}
