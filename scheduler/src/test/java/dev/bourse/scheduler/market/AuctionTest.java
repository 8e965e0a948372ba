package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.FirstComeFirstServed;
import dev.bourse.scheduler.StepPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AuctionTest {
  private final Auction auction = new Auction(MarketConfig.DEFAULT);
  private final Demands demands = new Demands();
  private final StepPlan plan = new StepPlan();

  private void demand(long context, int account, long turn, int tokens, long bid) {
    demands.add(context, account, turn, tokens, bid, 0, 0);
  }

  /** Context, tokens and payment of each grant, in the order of the plan. */
  private List<String> sold(int slots) {
    auction.run(demands, slots, plan);
    plan.check(demands, slots);
    return grants();
  }

  private List<String> grants() {
    List<String> grants = new ArrayList<>();
    for (int grant = 0; grant < plan.size(); grant++) {
      grants.add(
          demands.context(plan.row(grant))
              + ":"
              + plan.tokens(grant)
              + " for "
              + plan.payment(grant));
    }
    return grants;
  }

  @Test
  void sellsToTheHighestBidForWhatTheNextWouldHavePaid() {
    demand(1, 1, 1, 4, 8);
    demand(2, 2, 2, 4, 32);
    demand(3, 3, 3, 4, 4);
    assertThat(sold(6)).containsExactly("2:4 for 24", "1:2 for 8");
    assertThat(auction.slotPrice()).isEqualTo(8);
  }

  @Test
  void takesNothingWhereThereIsEnoughForAll() {
    demand(1, 1, 1, 4, 8);
    demand(2, 2, 2, 1, 32);
    assertThat(sold(5)).containsExactlyInAnyOrder("2:1 for 0", "1:4 for 0");
    assertThat(auction.slotPrice()).isZero();
  }

  @Test
  void doesNotRaiseThePriceOfAnAccountByItsOwnContexts() {
    demand(1, 7, 1, 2, 16);
    demand(2, 7, 2, 9, 16);
    demand(3, 8, 3, 1, 2);
    assertThat(sold(2)).containsExactly("1:2 for 2");
    assertThat(auction.slotPrice()).isEqualTo(16);
  }

  @Test
  void servesBidsThatDifferByAHairInTheOrderOfTurns() {
    demand(1, 1, 9, 5, 1050);
    demand(2, 2, 3, 5, 1040);
    demand(3, 3, 5, 1, 2047);
    assertThat(sold(6)).containsExactly("3:1 for 1024", "2:5 for 5120");
  }

  @Test
  void tellsThemApartWhereItIsToldTo() {
    demand(1, 1, 9, 5, 1050);
    demand(2, 2, 3, 5, 1040);
    Auction exact = new Auction(MarketConfig.DEFAULT.withLevels(1024));
    exact.run(demands, 6, plan);
    assertThat(grants()).containsExactly("1:5 for 4160", "2:1 for 0");
  }

  @Test
  void plansAsFirstComeFirstServedWouldForThoseWhoBidAlike() {
    StepPlan baseline = new StepPlan();
    FirstComeFirstServed planner = new FirstComeFirstServed();
    int cases = 20_000;
    for (int seed = 0; seed < cases; seed++) {
      Random random = new Random(seed);
      demands.clear();
      long bid = random.nextInt(3) * 1000L;
      for (int i = random.nextInt(20); i >= 0; i--) {
        int tokens = random.nextBoolean() ? 1 : 1 + random.nextInt(9);
        demand(i, random.nextInt(4), random.nextInt(9), tokens, bid);
      }
      int slots = 1 + random.nextInt(60);
      auction.run(demands, slots, plan);
      planner.plan(demands, slots, baseline);
      assertThat(plan.size()).isEqualTo(baseline.size());
      for (int grant = 0; grant < plan.size(); grant++) {
        assertThat(plan.row(grant)).as("seed %d", seed).isEqualTo(baseline.row(grant));
        assertThat(plan.tokens(grant)).isEqualTo(baseline.tokens(grant));
      }
    }
    System.out.println("Bids alike: " + cases + " plans equal those of first come first served");
  }

  @Test
  void plansAlikeAfterTheSameHistory() {
    assertThat(history()).isEqualTo(history());
  }

  private static List<Instance.Outcome> history() {
    Random random = new Random(11);
    Auction auction = new Auction(MarketConfig.DEFAULT);
    List<Instance.Outcome> history = new ArrayList<>();
    for (int step = 0; step < 2_000; step++) {
      history.add(Instance.random(random, 12, 9, 99).run(auction));
    }
    return history;
  }

  @Test
  void namesEveryNumberThatIsOutOfItsRange() {
    assertThat(MarketConfig.DEFAULT).isEqualTo(MarketConfig.DEFAULT.withLevels(1));
    assertThatThrownBy(() -> MarketConfig.DEFAULT.withLane(1, 0, 64))
        .hasMessageContaining("laneShare is 1, and must be from 2 to")
        .hasMessageContaining("laneQuantum is 0");
    assertThatThrownBy(() -> MarketConfig.DEFAULT.withLevels(3))
        .hasMessageContaining("power of two");
  }
}
