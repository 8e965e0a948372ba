package dev.bourse.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ExpTest {
  @Test
  void relativeErrorIsAtMostTwoTenMillionths() {
    double worst = 0;
    for (float x = -87.3f; x < 88.7f; x += 1e-4f) {
      double exact = Math.exp(x);
      worst = Math.max(worst, Math.abs(Exp.exp(x) - exact) / exact);
    }
    assertThat(worst).isLessThan(2e-7);
  }

  @Test
  void subnormalResultsAreOffByOneUnitMore() {
    for (float x = -104f; x < -87.3f; x += 1e-3f) {
      double exact = Math.exp(x);
      assertThat((double) Exp.exp(x)).isCloseTo(exact, within(2e-7 * exact + Float.MIN_VALUE));
    }
  }

  @Test
  void extremesAreRight() {
    assertThat(Exp.exp(0f)).isEqualTo(1f);
    assertThat(Exp.exp(-0f)).isEqualTo(1f);
    assertThat(Exp.exp(Float.NEGATIVE_INFINITY)).isEqualTo(0f);
    assertThat(Exp.exp(-1e30f)).isEqualTo(0f);
    assertThat(Exp.exp(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Exp.exp(88.8f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Exp.exp(88.7f)).isLessThan(Float.POSITIVE_INFINITY);
    assertThat(Exp.exp(Float.NaN)).isNaN();
  }
}
