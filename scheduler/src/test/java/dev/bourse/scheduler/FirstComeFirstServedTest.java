package dev.bourse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FirstComeFirstServedTest {
  private final Planner planner = new FirstComeFirstServed();

  @Test
  void servesInOrderOfArrival() {
    List<Demand> demands =
        List.of(new Demand(1, 30, 1), new Demand(2, 10, 1), new Demand(3, 20, 1));
    assertThat(planner.plan(demands, new Capacity(2, 8)).grants())
        .containsExactly(new Grant(2, 1), new Grant(3, 1));
  }

  @Test
  void cutsPromptsIntoChunksAndLetsDecodesPass() {
    List<Demand> demands = List.of(new Demand(1, 1, 500), new Demand(2, 2, 1));
    assertThat(planner.plan(demands, new Capacity(100, 64)).grants())
        .containsExactly(new Grant(2, 1), new Grant(1, 64));
  }

  @Test
  void keepsASlotForTheOldestPromptHoweverManyDecodesWait() {
    List<Demand> demands = new ArrayList<>();
    demands.add(new Demand(0, 100, 50));
    for (int i = 1; i <= 20; i++) {
      demands.add(new Demand(i, i, 1));
    }
    assertThat(planner.plan(demands, new Capacity(8, 8)).grants()).contains(new Grant(0, 1));
  }

  @Test
  void refusesADemandForNothing() {
    assertThatThrownBy(() -> new Demand(7, 1, 0)).hasMessageContaining("context 7 demands 0");
  }

  @Test
  void everyPlanOfARandomHistoryIsLawfulRepeatableAndFinishesEverybody() {
    for (long seed = 0; seed < 300; seed++) {
      assertThat(history(seed)).as("seed %d", seed).isEqualTo(history(seed));
    }
  }

  /** Contexts with random demands and arrivals, stepped until all are served. */
  private List<StepPlan> history(long seed) {
    Random random = new Random(seed);
    Capacity capacity = new Capacity(1 + random.nextInt(40), 1 + random.nextInt(16));
    Map<Long, Demand> waiting = new HashMap<>();
    int total = 0;
    for (long context = 0; context < 1 + random.nextInt(30); context++) {
      int tokens = random.nextBoolean() ? 1 : 1 + random.nextInt(200);
      waiting.put(context, new Demand(context, random.nextInt(50), tokens));
      total += tokens;
    }
    List<StepPlan> plans = new ArrayList<>();
    int computed = 0;
    while (!waiting.isEmpty()) {
      List<Demand> demands = List.copyOf(waiting.values());
      StepPlan plan = planner.plan(demands, capacity);
      plan.check(demands, capacity);
      for (Grant grant : plan.grants()) {
        waiting.computeIfPresent(
            grant.context(),
            (id, demand) ->
                demand.tokens() == grant.tokens()
                    ? null
                    : new Demand(id, demand.arrival(), demand.tokens() - grant.tokens()));
      }
      computed += plan.tokens();
      plans.add(plan);
    }
    assertThat(computed).isEqualTo(total);
    return plans;
  }
}
