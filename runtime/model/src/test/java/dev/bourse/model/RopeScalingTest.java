package dev.bourse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RopeScalingTest {
  @Test
  void linearDividesAllFrequencies() {
    assertThat(new RopeScaling.Linear(4).factors(8, 10_000)).containsExactly(4, 4, 4, 4);
    assertThat(new RopeScaling.Linear(4).magnitude()).isEqualTo(1);
  }

  /** Frequencies as in the paper: by the number of turns in the original context. */
  @Test
  void yarnLeavesFastFrequenciesAndDividesSlowOnes() {
    int dimensions = 128;
    double base = 1_000_000;
    int original = 32_768;
    RopeScaling yarn = new RopeScaling.Yarn(4, original, 1);
    float[] factors = yarn.factors(dimensions, base);
    int between = 0;
    for (int i = 0; i < factors.length; i++) {
      double turns = original * Math.pow(base, -2.0 * i / dimensions) / (2 * Math.PI);
      if (turns > 40) {
        assertThat(factors[i]).as("pair %d, %f turns", i, turns).isEqualTo(1);
      } else if (turns < 0.8) {
        assertThat(factors[i]).as("pair %d, %f turns", i, turns).isEqualTo(4);
      } else {
        assertThat(factors[i]).isBetween(1f, 4f).isGreaterThanOrEqualTo(factors[i - 1]);
        between++;
      }
    }
    assertThat(between).isGreaterThan(5);
    assertThat(yarn.magnitude()).isCloseTo(1.138629436, within(1e-9));
  }

  @Test
  void longRopeTakesItsFactorsFromTheFile() {
    assertThat(new RopeScaling.LongRope(true, 1.19).magnitude()).isEqualTo(1.19);
    assertThat(new RopeScaling.LongRope(true, 1.19).factors(4, 10_000)).containsExactly(1, 1);
  }
}
