package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.StepPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MarketRentTest {
  private static final int LONG_AGO = 10_000;

  private final Market market = new Market(MarketConfig.DEFAULT);
  private final Ledger ledger = market.ledger();
  private final PageBids waiting = new PageBids();
  private final SharedPages pages = new SharedPages();

  private void settleAnEmptyStep() {
    Demands demands = new Demands();
    StepPlan plan = new StepPlan();
    market.plan(demands, 1, plan);
    market.settle(demands, plan);
  }

  private void somebodyWaits(long bid) {
    waiting.clear();
    waiting.add(1, 0, 1, bid, 1, 0, false);
    market.leases().observe(waiting, LONG_AGO);
  }

  @Test
  void rentIsPaidAndComesBackByEndowment() {
    int holder = ledger.openTenant(1, 1_000);
    int other = ledger.openTenant(1, 0);
    for (int i = 0; i < 98; i++) {
      ledger.openTenant(1, 0);
    }
    somebodyWaits(10);
    pages.addContext(holder, SharedPages.NONE, 4, 50);
    assertThat(market.chargeRent(pages, 5)).isEqualTo(200);
    settleAnEmptyStep();
    assertThat(ledger.balance(holder)).isEqualTo(802);
    assertThat(ledger.balance(other)).isEqualTo(2);
    assertThat(market.tick().rent()).isEqualTo(10);
    assertThat(market.tick().revenue()).isEqualTo(200);
    ledger.check();
    settleAnEmptyStep();
    assertThat(market.tick().revenue()).isZero();
  }

  @Test
  void aBigTenantGetsNothingBackOfTheRentThatItPaysItself() {
    int big = ledger.openTenant(50, 1_000);
    int other = ledger.openTenant(50, 1_000);
    somebodyWaits(10);
    pages.addContext(big, SharedPages.NONE, 10, 50);
    market.chargeRent(pages, 1);
    settleAnEmptyStep();
    assertThat(ledger.balance(big)).isEqualTo(900);
    assertThat(ledger.balance(other)).isEqualTo(1_050);
    ledger.check();
  }

  @Test
  void aBidForPagesCountsAsNoMoreThanItsAccountCouldPay() {
    int account = ledger.openTenant(1, 100);
    assertThat(market.pageBid(account, 7, 10)).isEqualTo(7);
    assertThat(market.pageBid(account, Long.MAX_VALUE, 10)).isEqualTo(10);
    somebodyWaits(60);
    pages.addContext(account, SharedPages.NONE, 2, 60);
    assertThat(market.chargeRent(pages, 1)).isEqualTo(100);
    ledger.mint(account, 50);
    assertThat(market.pageBid(account, 7, 10)).as("insolvent").isZero();
    market.leases().observe(new PageBids(), 1);
    market.chargeRent(pages, 1);
    assertThat(market.pageBid(account, 7, 10)).as("it owed nothing").isEqualTo(5);
  }

  @Test
  void noHistoryOfRentMakesOrLosesCredits() {
    int seeds = 200;
    int steps = 500;
    long paid = 0;
    for (int seed = 0; seed < seeds; seed++) {
      long once = history(seed, steps);
      assertThat(history(seed, steps)).as("seed %d", seed).isEqualTo(once);
      paid += once;
    }
    System.out.printf("market: %d steps with rent, %d micro-credits paid%n", seeds * steps, paid);
    assertThat(paid).isPositive();
  }

  /** Forks and closed accounts between charges of random trees; what was paid in all. */
  private static long history(long seed, int steps) {
    Random random = new Random(seed);
    Market market = new Market(MarketConfig.DEFAULT);
    Ledger ledger = market.ledger();
    PageBids waiting = new PageBids();
    SharedPages pages = new SharedPages();
    Demands demands = new Demands();
    StepPlan plan = new StepPlan();
    List<Integer> accounts = new ArrayList<>();
    int tenants = 2 + random.nextInt(30);
    for (int tenant = 0; tenant < tenants; tenant++) {
      accounts.add(ledger.openTenant(random.nextInt(100), random.nextInt(100_000)));
    }
    long paid = 0;
    for (int step = 0; step < steps; step++) {
      if (random.nextInt(4) == 0) {
        int parent = accounts.get(random.nextInt(tenants));
        accounts.add(ledger.open(parent, 0, ledger.balance(parent) / 2));
      } else if (accounts.size() > tenants && random.nextInt(4) == 0) {
        market.close(accounts.removeLast());
      }
      waiting.clear();
      if (random.nextInt(4) > 0) {
        waiting.add(1, 0, 1, random.nextInt(200), 1, 0, false);
      }
      market.leases().observe(waiting, random.nextInt(5));
      pages.clear();
      for (int i = 0; i < 12; i++) {
        pages.addSegment(random.nextInt(i + 1) - 1, random.nextInt(5));
        int account = accounts.get(random.nextInt(accounts.size()));
        pages.addContext(account, random.nextInt(i + 1), random.nextInt(3), random.nextInt(300));
      }
      paid += market.chargeRent(pages, random.nextInt(4));
      ledger.check();
      if (random.nextInt(3) > 0) {
        market.plan(demands, 1, plan);
        market.settle(demands, plan);
        ledger.check();
      }
    }
    return paid;
  }
}
