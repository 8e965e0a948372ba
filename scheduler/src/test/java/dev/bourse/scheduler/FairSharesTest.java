package dev.bourse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The two policies that share slots fairly, each held against the gap that it promises. */
class FairSharesTest {
  private static final int ACCOUNTS = 6;

  private final Demands demands = new Demands();
  private final StepPlan plan = new StepPlan();

  private void demand(int account, long turn, int tokens, int cached) {
    demands.add(demands.size(), account, turn, tokens, 0, 0, cached);
  }

  private List<Integer> tokens(Planner planner, int slots) {
    planner.plan(demands, slots, plan);
    plan.check(demands, slots);
    planner.settle(demands, plan);
    List<Integer> tokens = new ArrayList<>();
    for (int row = 0; row < demands.size(); row++) {
      tokens.add(plan.tokensOf(row));
    }
    return tokens;
  }

  @Test
  void theCounterServesWhoGotLeast() {
    Planner planner = new VirtualTokenCounter();
    demand(0, 1, 8, 0);
    demand(0, 2, 8, 0);
    demand(1, 3, 8, 0);
    assertThat(tokens(planner, 10)).containsExactly(8, 0, 2);
    assertThat(tokens(planner, 10)).containsExactly(2, 0, 8);
    // A decode counts twice.
    demands.clear();
    demand(0, 1, 1, 0);
    demand(0, 2, 1, 0);
    demand(1, 3, 8, 0);
    assertThat(tokens(planner, 2)).containsExactly(1, 0, 1);
  }

  @Test
  void theCounterOfWhoComesBackIsLifted() {
    Planner planner = new VirtualTokenCounter();
    for (int step = 0; step < 50; step++) {
      demands.clear();
      demand(0, 1, 8, 0);
      demand(2, 1, 8, 0);
      tokens(planner, 8);
    }
    int[] got = new int[2];
    for (int step = 0; step < 20; step++) {
      demands.clear();
      demand(0, 1, 8, 0);
      demand(1, 2, 8, 0);
      List<Integer> tokens = tokens(planner, 8);
      got[0] += tokens.get(0);
      got[1] += tokens.get(1);
    }
    assertThat(Math.abs(got[0] - got[1])).isLessThanOrEqualTo(16);
  }

  @Test
  void thePrefixThatIsCachedGoesFirstAsLongAsItsAccountMay() {
    Planner planner = new LongestPrefix(10);
    demand(0, 3, 8, 500);
    demand(0, 2, 8, 100);
    demand(1, 1, 8, 0);
    assertThat(tokens(planner, 16)).containsExactly(8, 8, 0);
    assertThat(tokens(planner, 16)).containsExactly(8, 0, 8);
    assertThatThrownBy(() -> new LongestPrefix(0)).hasMessageContaining("quantum of 0");
  }

  @Test
  void whatTwoAccountsGetThatWaitDiffersByNoMoreThanPromised() {
    int seeds = 400;
    long pairs = 0;
    for (int seed = 0; seed < seeds; seed++) {
      Random random = new Random(seed);
      int chunk = 2 + random.nextInt(30);
      pairs += gaps(seed, new VirtualTokenCounter(), account -> 1, 2L * chunk, chunk);
      pairs += gaps(seed, new VirtualTokenCounter(a -> 1 + a), a -> 1 + a, 2L * chunk, chunk);
      int quantum = 1 + random.nextInt(100);
      long bound = 2L * (chunk + quantum);
      pairs += gaps(seed, new LongestPrefix(quantum), account -> 1, bound, chunk);
    }
    assertThat(pairs).isGreaterThan(1_000_000);
    System.out.printf("Fair shares: %,d pairs of accounts that wait, of %d seeds%n", pairs, seeds);
  }

  private interface Weight {
    int of(int account);
  }

  /** Plays a random history; returns how many pairs of accounts were compared. */
  private long gaps(long seed, Planner planner, Weight weight, long bound, int chunk) {
    Random random = new Random(seed);
    int slots = 1 + random.nextInt(3 * chunk);
    int busy = 1 + random.nextInt(20);
    double[] got = new double[ACCOUNTS];
    // How much more of their weights' worth the one got than the other, since both wait.
    double[][] base = new double[ACCOUNTS][ACCOUNTS];
    boolean[][] both = new boolean[ACCOUNTS][ACCOUNTS];
    long pairs = 0;
    for (int step = 0; step < 300; step++) {
      demands.clear();
      for (int account = 0; account < ACCOUNTS; account++) {
        boolean pauses = (step / 20 + account) % 4 == 0 && random.nextInt(3) > 0;
        for (int i = pauses ? 0 : random.nextInt(busy); i >= 0 && !pauses; i--) {
          int tokens = random.nextBoolean() ? 1 : 1 + random.nextInt(chunk);
          demand(account, random.nextInt(50), tokens, random.nextInt(9) * account);
        }
      }
      tokens(planner, slots);
      boolean[] waits = new boolean[ACCOUNTS];
      for (int row = 0; row < demands.size(); row++) {
        int account = demands.account(row);
        int cost = demands.tokens(row) == 1 ? 2 : 1;
        got[account] += (double) plan.tokensOf(row) * cost / weight.of(account);
        waits[account] |= plan.tokensOf(row) < demands.tokens(row);
      }
      pairs += compare(seed, waits, got, base, both, bound);
    }
    return pairs;
  }

  private static long compare(
      long seed, boolean[] waits, double[] got, double[][] base, boolean[][] both, long bound) {
    long pairs = 0;
    for (int one = 0; one < ACCOUNTS; one++) {
      for (int other = 0; other < one; other++) {
        double gap = got[one] - got[other];
        if (!waits[one] || !waits[other]) {
          both[one][other] = false;
        } else if (!both[one][other]) {
          both[one][other] = true;
          base[one][other] = gap;
        } else {
          assertThat(Math.abs(gap - base[one][other]))
              .as("seed %d, accounts %d and %d of %s", seed, one, other, Arrays.toString(got))
              .isLessThanOrEqualTo(bound + 0.01);
          pairs++;
        }
      }
    }
    return pairs;
  }
}
