package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LevelsTest {
  @Test
  void roundsDownToPowersOfTwo() {
    Levels levels = new Levels(1);
    for (long[] pair : new long[][] {{0, 0}, {1, 1}, {2, 2}, {3, 2}, {4, 4}, {1023, 512}}) {
      assertThat(levels.price(levels.of(pair[0]))).isEqualTo(pair[1]);
    }
    assertThat(levels.price(levels.of(Long.MAX_VALUE))).isEqualTo(Levels.BID_MAX);
    assertThat(levels.count()).isEqualTo(42);
  }

  @Test
  void keepsOrderAndLosesAtMostOnePartOfEachDoubling() {
    Random random = new Random(5);
    for (int perDoubling = 1; perDoubling <= 1024; perDoubling *= 2) {
      Levels levels = new Levels(perDoubling);
      for (int level = 0; level < levels.count(); level++) {
        assertThat(levels.of(levels.price(level))).isEqualTo(level);
      }
      for (int i = 0; i < 10_000; i++) {
        long bid = random.nextLong() >>> (24 + random.nextInt(40));
        int level = levels.of(bid);
        assertThat(levels.price(level)).isBetween(bid - bid / (perDoubling + 1), bid);
        assertThat(level + 1 == levels.count() || levels.price(level + 1) > bid).isTrue();
      }
    }
  }
}
