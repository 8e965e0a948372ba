package dev.bourse.scheduler.simulation;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Sizes drawn from a log-normal distribution, as those of prompts, answers and pauses are in
 * published traces, and limited.
 *
 * @param mean before it is limited
 * @param variation the standard deviation divided by the mean; 0 for always the mean
 * @param min the least that is drawn
 * @param max the most that is drawn
 */
public record Distribution(double mean, double variation, long min, long max) {

  /** Always the same. */
  public static Distribution always(long value) {
    return new Distribution(value, 0, value, value);
  }

  /** A mean and how much it varies, limited to eight times the mean. */
  public static Distribution around(long mean, double variation) {
    return new Distribution(mean, variation, 1, 8 * mean);
  }

  /** Says what is wrong, with {@code name} before it. */
  void problems(String name, long least, List<String> problems) {
    if (!(mean >= 0 && mean < 1e12)) {
      problems.add("%s.mean is %s: it must be between 0 and 10^12".formatted(name, mean));
    }
    if (!(variation >= 0 && variation <= 10)) {
      problems.add("%s.variation is %s: it must be between 0 and 10".formatted(name, variation));
    }
    if (min < least) {
      problems.add("%s.min is %d: it must be at least %d".formatted(name, min, least));
    }
    if (max < min) {
      problems.add("%s.max is %d, less than its min, %d".formatted(name, max, min));
    }
  }

  long draw(SplittableRandom random) {
    double value = mean;
    if (variation > 0 && mean > 0) {
      double sigma2 = StrictMath.log(1 + variation * variation);
      value =
          StrictMath.exp(
              StrictMath.log(mean) - sigma2 / 2 + StrictMath.sqrt(sigma2) * gaussian(random));
    }
    return Math.max(min, Math.min(max, Math.round(value)));
  }

  /** By Box and Muller: the one of the JDK may change with its version. */
  private static double gaussian(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
