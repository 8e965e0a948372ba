package dev.bourse.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimateTest {
  @Test
  void fiveSamplesAsInTheTextbook() {
    Estimate estimate = Estimate.of(2, 4, 4, 5, 5);
    assertThat(estimate.mean()).isEqualTo(4);
    // s = sqrt(6/4), t(4) = 2.776
    assertThat(estimate.half()).isCloseTo(2.776 * Math.sqrt(1.5) / Math.sqrt(5), within(1e-9));
    assertThat(estimate).hasToString("4.000 ± 1.520");
  }

  @Test
  void ninetyFiveOfAHundredIntervalsHoldTheTruth() {
    SplittableRandom random = new SplittableRandom(1);
    int held = 0;
    for (int trial = 0; trial < 10_000; trial++) {
      double[] samples = new double[5];
      for (int at = 0; at < samples.length; at++) {
        for (int sum = 0; sum < 12; sum++) {
          samples[at] += random.nextDouble();
        }
      }
      Estimate estimate = Estimate.of(samples);
      held += estimate.low() <= 6 && 6 <= estimate.high() ? 1 : 0;
    }
    assertThat(held).isBetween(9_400, 9_600);
  }

  @Test
  void oneSampleHasNoInterval() {
    assertThat(Estimate.of(1_234)).hasToString("1,234");
    assertThat(Estimate.of(0.00001)).hasToString("0");
    assertThat(Estimate.of(-12.34)).hasToString("-12.3");
  }

  @Test
  void distributionsHaveTheirMeanAndStayInTheirLimits() {
    SplittableRandom random = new SplittableRandom(2);
    Distribution distribution = new Distribution(200, 1, 10, 100_000);
    double sum = 0;
    double squares = 0;
    for (int draw = 0; draw < 100_000; draw++) {
      long value = distribution.draw(random);
      assertThat(value).isBetween(10L, 100_000L);
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / 100_000;
    assertThat(mean).isCloseTo(200, within(4.0));
    assertThat(Math.sqrt(squares / 100_000 - mean * mean)).isCloseTo(200, within(15.0));
    assertThat(Distribution.always(7).draw(random)).isEqualTo(7);
  }

  @Test
  void everythingWrongWithAWorkloadIsSaidAtOnce() {
    TenantGroup good = Workloads.group("good", 1);
    TenantGroup bad =
        new TenantGroup(
            "bad",
            0,
            0,
            Bidding.ZERO,
            List.of(1, -4),
            List.of(1.0),
            2,
            -1,
            0,
            new Distribution(1, 0, 5, 2),
            0,
            0,
            good.prefix(),
            good.firstPrompt(),
            good.prompt(),
            good.output(),
            good.gapMillis());
    List<String> problems = new ArrayList<>();
    new Workload("w", "", 0, -1, 1, EngineModel.DEFAULT.withPages(5), List.of(good, bad))
        .problems()
        .forEach(problems::add);
    assertThat(problems)
        .hasSize(10)
        .anyMatch(problem -> problem.contains("seconds is 0"))
        .anyMatch(problem -> problem.contains("load is -1.0"))
        .anyMatch(problem -> problem.contains("memory-load and engine.pages"))
        .anyMatch(problem -> problem.contains("tenants.bad.count is 0"))
        .anyMatch(problem -> problem.contains("2 values and 1 weights"))
        .anyMatch(problem -> problem.contains("values has -4"))
        .anyMatch(problem -> problem.contains("tenants.bad.turns.max is 2"));
    assertThat(new Workload("w", "", 1, 0.5, 1, EngineModel.DEFAULT, List.of(good)).problems())
        .isEmpty();
  }
}
