package dev.bourse.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who computes for long, and when it may. */
class TurnsTest {
  private static final long TICK = 10_000_000;
  private static final int CORES = 4;

  private final Turns turns = new Turns(CORES, TICK, 0);

  @Test
  void whoIsAloneGoesOn() {
    for (int i = 0; i < 100; i++) {
      assertThat(turns.next(i * TICK, 1, false)).isEqualTo(i * TICK);
    }
  }

  /** Eight that compute without end on four cores: three have one at any time. */
  @Test
  void oneCoreIsLeftForOthers() {
    assertThat(computed(8, false)).isBetween(0.95 * (CORES - 1), 1.05 * (CORES - 1));
  }

  @Test
  void whileEnginesComputeForOthersTheyGetTheirShareTogether() {
    double share = CORES * Turns.BUSY_SHARE;
    assertThat(computed(1, true)).isBetween(0.9 * share, 1.1 * share);
    assertThat(computed(8, true)).isBetween(0.9 * share, 1.1 * share);
  }

  /** Cores that {@code processes} endless loops have on average, told at every tick. */
  private static double computed(int processes, boolean busy) {
    Turns turns = new Turns(CORES, TICK, 0);
    long[] mayGoOn = new long[processes];
    int ticks = 10_000;
    long computed = 0;
    for (int tick = 1; tick <= ticks; tick++) {
      for (int i = 0; i < processes; i++) {
        // It went on no later than when this tick began.
        if (mayGoOn[i] <= (tick - 1) * TICK) {
          computed++;
          mayGoOn[i] = turns.next(tick * TICK, 1, busy);
        }
      }
    }
    return computed / (double) ticks;
  }

  /** A host call that computes for a second has used up a hundred ticks. */
  @Test
  void whatWasComputedAtAStretchIsPaid() {
    long now = 1_000_000_000;
    long turn = turns.next(now, 100, true);
    assertThat(turn - now).isEqualTo((long) (100 * TICK / (CORES * Turns.BUSY_SHARE)) - 100 * TICK);
    assertThat(turns.next(now, 1, true)).isGreaterThan(turn);
  }

  @Test
  void aTurnMayComeEarlyByItsSlack() {
    Turns slack = new Turns(1, TICK, 2);
    assertThat(slack.next(0, 1, false)).isZero();
    assertThat(slack.next(0, 1, false)).isZero();
    assertThat(slack.next(0, 1, false)).isZero();
    assertThat(slack.next(0, 1, false)).isEqualTo(TICK);
  }

  @Test
  void turnsThatNobodyAskedForAreLost() {
    assertThat(turns.next(0, 1, false)).isZero();
    assertThat(turns.next(1_000_000_000, 1, false)).isEqualTo(1_000_000_000);
  }

  @Test
  void oneCoreIsSharedByAll() {
    Turns one = new Turns(1, TICK, 0);
    assertThat(one.next(0, 1, false)).isZero();
    assertThat(one.next(0, 1, false)).isEqualTo(TICK);
  }

  @Test
  void onlyWhoHasACoreTickAfterTickComputesForLong() {
    Appetite moments = new Appetite();
    for (int tick = 1; tick < 10_000; tick += 10) {
      moments.computed(1, tick);
      assertThat(moments.isLarge()).isFalse();
    }
    Appetite burst = new Appetite();
    burst.computed(4, 4);
    assertThat(burst.isLarge()).isFalse();
    Appetite loop = new Appetite();
    loop.computed(30, 30);
    assertThat(loop.isLarge()).isTrue();
  }

  @Test
  void waitingForATurnIsNoRest() {
    Appetite loop = new Appetite();
    loop.computed(30, 30);
    for (int tick = 130; tick < 10_000; tick += 100) {
      loop.resumed(tick);
      loop.computed(1, tick + 1);
      assertThat(loop.isLarge()).isTrue();
    }
    loop.computed(1, 11_000);
    assertThat(loop.isLarge()).isFalse();
  }
}
