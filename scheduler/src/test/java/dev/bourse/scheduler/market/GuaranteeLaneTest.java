package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.StepPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Plays an adversary against contexts that bid nothing, and holds every wait against the bound. */
class GuaranteeLaneTest {
  private static final class Waiter {
    final long context;
    final boolean poor;
    long turn;
    int tokens = 1;
    int waited;

    /** Steps it may wait; known once it has waited for too long. */
    long bound = Long.MAX_VALUE;

    Waiter(long context, boolean poor, long turn) {
      this.context = context;
      this.poor = poor;
      this.turn = turn;
    }
  }

  /** One history: an adversary that sees all, and chooses all but what the poor do. */
  private static final class History {
    final Random random;
    final MarketConfig config;
    final Auction auction;
    final int slots;
    final Demands demands = new Demands();
    final StepPlan plan = new StepPlan();
    final List<Waiter> waiters = new ArrayList<>();
    long contexts;
    long longest;
    long starved;

    History(long seed) {
      random = new Random(seed);
      config =
          MarketConfig.DEFAULT.withLane(
              2 + random.nextInt(8), 1 + random.nextInt(20), 1 + random.nextInt(30));
      auction = new Auction(config);
      slots = 1 + random.nextInt(40);
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        waiters.add(new Waiter(contexts++, true, random.nextInt(3)));
      }
    }

    void step(int strategy) {
      attack(strategy);
      demands.clear();
      long late = waiters.stream().filter(waiter -> waiter.waited >= config.waitSteps()).count();
      for (Waiter waiter : waiters) {
        if (waiter.waited == config.waitSteps()) {
          long slotsNeeded = late * config.laneQuantum() * config.laneShare();
          waiter.bound = config.waitSteps() + Math.ceilDiv(slotsNeeded, slots);
          starved++;
        }
        demands.add(
            waiter.context, 0, waiter.turn, waiter.tokens, bid(waiter, strategy), waiter.waited, 0);
      }
      auction.run(demands, slots, plan);
      plan.check(demands, slots);
      for (int row = 0; row < waiters.size(); row++) {
        Waiter waiter = waiters.get(row);
        if (plan.tokensOf(row) == 0) {
          waiter.waited++;
          assertThat((long) waiter.waited)
              .as("wait of context %d, slots %d, %s", waiter.context, slots, config)
              .isLessThan(waiter.bound);
          longest = Math.max(longest, waiter.waited - config.waitSteps());
        } else {
          waiter.waited = 0;
          waiter.bound = Long.MAX_VALUE;
        }
      }
    }

    private void attack(int strategy) {
      // Whoever is rich leaves when its turn ends, and comes again as somebody else.
      waiters.removeIf(waiter -> !waiter.poor && waiter.waited == 0 && random.nextInt(8) == 0);
      int crowd = strategy % 2 == 0 ? 2 * slots : 30 + slots;
      while (waiters.size() < crowd) {
        // In front of all others in the order of turns.
        waiters.add(new Waiter(contexts++, false, -contexts));
      }
      for (Waiter waiter : waiters) {
        waiter.tokens = strategy < 4 || waiter.poor ? 1 + random.nextInt(2 * slots) : 2 * slots;
      }
    }

    private long bid(Waiter waiter, int strategy) {
      if (waiter.poor) {
        return 0;
      }
      return switch (strategy / 2) {
        case 0 -> 1 + random.nextInt(1000);
        // Starves its own, so that they fill the lane together with the poor.
        case 1 -> waiter.context % 3 == 0 ? 1000 : 0;
        // Serves whoever waited least, and starves the most that can be.
        default -> Math.max(1, 1000 - 10L * waiter.waited);
      };
    }
  }

  @Test
  void nobodyWaitsBeyondTheBoundWhateverOthersDo() {
    int seeds = 300;
    int steps = 400;
    long longest = 0;
    long starved = 0;
    for (int seed = 0; seed < seeds; seed++) {
      History history = new History(seed);
      for (int step = 0; step < steps; step++) {
        history.step(seed % 6);
      }
      longest = Math.max(longest, history.longest);
      starved += history.starved;
    }
    assertThat(starved).isGreaterThan(10_000);
    System.out.printf(
        "Waits: %,d steps of %d adversaries, %,d waits too long, the longest by %d steps%n",
        (long) seeds * steps, seeds, starved, longest);
  }
}
