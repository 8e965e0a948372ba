package dev.bourse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CostModelTest {
  private static final double BASE = 9_000;
  private static final double TOKEN = 22;
  private static final double KV = 0.04;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void findsTheCoefficientsFromNoisySteps(long seed) {
    CostModel model = new CostModel(100, 1, 1);
    SplittableRandom random = new SplittableRandom(seed);
    for (int step = 0; step < 2_000; step++) {
      int tokens = 1 + random.nextInt(256);
      long kv = random.nextInt(200_000);
      double noise = 1 + 0.02 * (random.nextDouble() - 0.5);
      model.observe(tokens, kv, noise * micros(tokens, kv));
    }
    assertThat(model.baseMicros()).isCloseTo(BASE, within(BASE * 0.02));
    assertThat(model.tokenMicros()).isCloseTo(TOKEN, within(TOKEN * 0.05));
    assertThat(model.kvMicros()).isCloseTo(KV, within(KV * 0.05));
  }

  @Test
  void isRightAboutStepsLikeThoseOfTheFirstMoments() {
    CostModel model = new CostModel(1, 1, 1);
    for (int step = 0; step < 8; step++) {
      model.observe(1 + 30 * step, 5_000L * (step % 3), micros(1 + 30 * step, 5_000L * (step % 3)));
    }
    assertThat(model.micros(100, 7_000)).isCloseTo(micros(100, 7_000), within(50.0));
  }

  @Test
  void decodesAloneDoNotMakeItForgetWhatPromptsCost() {
    CostModel model = new CostModel(1, 1, 0);
    for (int step = 0; step < 300; step++) {
      model.observe(1 + step % 256, 1_000, micros(1 + step % 256, 1_000));
    }
    for (int step = 0; step < 100_000; step++) {
      model.observe(1, 1_000, micros(1, 1_000) * (1 + 0.001 * (step % 3 - 1)));
    }
    assertThat(model.micros(256, 1_000))
        .isCloseTo(micros(256, 1_000), within(micros(256, 1_000) * 0.1));
  }

  @Test
  void followsAMachineThatBecomesSlower() {
    CostModel model = new CostModel(1, 1, 0);
    for (int step = 0; step < 5_000; step++) {
      double slow = step < 2_500 ? 1 : 2;
      model.observe(1 + step % 200, 0, slow * micros(1 + step % 200, 0));
    }
    assertThat(model.micros(100, 0))
        .isCloseTo(2 * micros(100, 0), within(0.05 * 2 * micros(100, 0)));
  }

  @Test
  void onePauseChangesLittle() {
    CostModel model = new CostModel(1, 1, 0);
    for (int step = 0; step < 1_000; step++) {
      model.observe(1 + step % 200, 0, micros(1 + step % 200, 0));
    }
    model.observe(100, 0, 1e9);
    assertThat(model.micros(100, 0)).isBetween(micros(100, 0), 1.05 * micros(100, 0));
  }

  @Test
  void slotsMeetTheTargetAndOneMoreWouldNot() {
    CostModel model = new CostModel(BASE, TOKEN, KV);
    for (double target : new double[] {2.2 * BASE, 2.6 * BASE, 3 * BASE}) {
      // Of 1,000 tokens that read 10 KV tokens each, as many as the step takes are computed.
      int slots = model.slotsFor(target, 10_000, 1_000, 1_000);
      assertThat(slots).isBetween(2, 999);
      assertThat(model.micros(slots, 10L * slots)).isLessThanOrEqualTo(target);
      assertThat(model.micros(slots + 1, 10L * (slots + 1))).isGreaterThan(target);
    }
  }

  @Test
  void whoWaitsDoesNotMakeAStepSmaller() {
    CostModel model = new CostModel(BASE, TOKEN, KV);
    int few = model.slotsFor(3 * BASE, 100_000, 100, 1_000);
    assertThat(model.slotsFor(3 * BASE, 100_000_000, 100_000, 1_000)).isEqualTo(few);
  }

  @Test
  void whereEveryStepMissesTheTargetTheSlotsTakeAsLongAsTheBase() {
    CostModel model = new CostModel(BASE, TOKEN, KV);
    int slots = model.slotsFor(1, 0, 1_000, 1_000);
    assertThat(slots).isEqualTo((int) (BASE / TOKEN));
    assertThat(model.slotsFor(BASE, 0, 1_000, 1_000)).isEqualTo(slots);
    assertThat(model.slotsFor(2 * BASE, 0, 1_000, 1_000)).isEqualTo(slots);
  }

  @Test
  void slotsAreAtLeastOneAndAtMostWhatAStepHolds() {
    CostModel model = new CostModel(BASE, TOKEN, KV);
    assertThat(model.slotsFor(BASE, 1L << 40, 1, 256)).isEqualTo(1);
    assertThat(model.slotsFor(1e12, 0, 256, 256)).isEqualTo(256);
    assertThat(new CostModel(0, 0, 0).slotsFor(0, 0, 0, 256)).isEqualTo(256);
    assertThat(new CostModel(0, TOKEN, 0).slotsFor(0, 0, 256, 256)).isEqualTo(1);
  }

  @Test
  void timesThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new CostModel(-1, 0, 0)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new CostModel(0, Double.NaN, 0)).hasMessageContaining("NaN");
  }

  private static double micros(int tokens, long kv) {
    return BASE + TOKEN * tokens + KV * kv;
  }
}
