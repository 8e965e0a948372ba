package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.scheduler.market.SmallMemory.Temper;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Looks for histories in which somebody starves, two thrash, or the order of rows matters. */
class LeasesAdversaryTest {
  private static final LeaseTerms TERMS = new LeaseTerms(32, 8, 48, 4, 3);
  private static final int HISTORIES = 600;
  private static final int STEPS = 2_000;

  @Test
  void nobodyStarvesAndNobodyThrashesWhateverOthersBid() {
    long services = 0;
    long evictions = 0;
    long longestWait = 0;
    for (int seed = 0; seed < HISTORIES; seed++) {
      SmallMemory memory = history(seed, 0, STEPS);
      services += memory.services;
      evictions += memory.evictions;
      longestWait = Math.max(longestWait, memory.longestWait);
      for (SmallMemory.Context context : memory.contexts) {
        assertThat(context.temper == Temper.GREEDY || context.turns > 0)
            .as("seed %d: context %d, which is %s, gets on", seed, context.id, context.temper)
            .isTrue();
      }
    }
    System.out.printf(
        "leases: %d steps of %d histories, %d claims served, %d evictions, longest wait %d%n",
        HISTORIES * STEPS, HISTORIES, services, evictions, longestWait);
    assertThat(evictions).isGreaterThan(HISTORIES);
  }

  @Test
  void theSameHistoryGivesTheSameAnswersInWhateverOrderRowsAreTold() {
    for (int seed = 0; seed < 100; seed++) {
      assertThat(history(seed, 1, 500).trace)
          .as("seed %d", seed)
          .isEqualTo(history(seed, 1, 500).trace)
          .isEqualTo(history(seed, 2, 500).trace);
    }
  }

  private static SmallMemory history(long seed, long rows, int steps) {
    Random random = new Random(~seed);
    SmallMemory memory =
        new SmallMemory(new Leases(TERMS), TERMS, 4 + random.nextInt(28), seed, rows);
    memory.add(Temper.POOR);
    int others = 1 + random.nextInt(11);
    Temper[] tempers = Temper.values();
    for (int i = 0; i < others; i++) {
      memory.add(tempers[random.nextInt(tempers.length)]);
    }
    for (int step = 0; step < steps; step++) {
      memory.step();
    }
    return memory;
  }
}
