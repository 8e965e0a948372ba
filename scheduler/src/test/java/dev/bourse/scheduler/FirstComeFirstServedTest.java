package dev.bourse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FirstComeFirstServedTest {
  private final Planner planner = new FirstComeFirstServed();
  private final Demands demands = new Demands();
  private final StepPlan plan = new StepPlan();

  private void demand(long context, long turn, int tokens) {
    demands.add(context, 0, turn, tokens, 0, 0, 0);
  }

  /** Tokens by context, in the order of the plan. */
  private List<String> planned(int slots) {
    planner.plan(demands, slots, plan);
    plan.check(demands, slots);
    List<String> grants = new ArrayList<>();
    for (int grant = 0; grant < plan.size(); grant++) {
      grants.add(demands.context(plan.row(grant)) + ":" + plan.tokens(grant));
    }
    return grants;
  }

  @Test
  void servesInOrderOfTurns() {
    demand(1, 30, 1);
    demand(2, 10, 1);
    demand(3, 20, 1);
    assertThat(planned(2)).containsExactly("2:1", "3:1");
  }

  @Test
  void letsDecodesPass() {
    demand(1, 1, 64);
    demand(2, 2, 1);
    assertThat(planned(40)).containsExactly("2:1", "1:39");
  }

  @Test
  void keepsASlotForTheOldestPromptHoweverManyDecodesWait() {
    demand(0, 100, 50);
    for (int i = 1; i <= 20; i++) {
      demand(i, i, 1);
    }
    assertThat(planned(8)).contains("0:1");
  }

  @Test
  void refusesADemandForNothing() {
    assertThatThrownBy(() -> demand(7, 1, 0)).hasMessageContaining("context 7 demands 0");
  }

  @Test
  void everyPlanOfARandomHistoryIsLawfulRepeatableAndFinishesEverybody() {
    for (long seed = 0; seed < 300; seed++) {
      assertThat(history(seed)).as("seed %d", seed).isEqualTo(history(seed));
    }
  }

  /** Contexts with random demands and turns, stepped until all are served. */
  private List<List<String>> history(long seed) {
    Random random = new Random(seed);
    int slots = 1 + random.nextInt(40);
    int chunk = 1 + random.nextInt(16);
    Map<Long, Integer> wanted = new TreeMap<>();
    Map<Long, Long> turns = new TreeMap<>();
    int total = 0;
    for (long context = 0; context < 1 + random.nextInt(30); context++) {
      int tokens = random.nextBoolean() ? 1 : 1 + random.nextInt(200);
      wanted.put(context, tokens);
      turns.put(context, (long) random.nextInt(50));
      total += tokens;
    }
    List<List<String>> plans = new ArrayList<>();
    int computed = 0;
    while (!wanted.isEmpty()) {
      demands.clear();
      wanted.forEach(
          (context, tokens) ->
              demand(context, turns.getOrDefault(context, 0L), Math.min(tokens, chunk)));
      plans.add(planned(slots));
      for (int grant = 0; grant < plan.size(); grant++) {
        int tokens = plan.tokens(grant);
        wanted.computeIfPresent(
            demands.context(plan.row(grant)), (id, left) -> left == tokens ? null : left - tokens);
      }
      computed += plan.tokens();
    }
    assertThat(computed).isEqualTo(total);
    return plans;
  }
}
