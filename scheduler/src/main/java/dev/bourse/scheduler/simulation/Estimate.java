package dev.bourse.scheduler.simulation;

import java.util.Locale;

/**
 * A mean over seeds, and how far the true one is from it with 95% confidence (Student's t).
 *
 * @param mean over the samples
 * @param half of the confidence interval; 0 for one sample, which says nothing about others
 * @param samples there were
 */
public record Estimate(double mean, double half, int samples) {
  /** 97.5% points of Student's distribution with 1, 2, … degrees of freedom. */
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  private static final double T_LARGE = 1.96;

  /** From one sample for each seed, at least one. */
  public static Estimate of(double... samples) {
    double sum = 0;
    for (double sample : samples) {
      sum += sample;
    }
    double mean = sum / samples.length;
    if (samples.length < 2) {
      return new Estimate(mean, 0, samples.length);
    }
    double squares = 0;
    for (double sample : samples) {
      squares += (sample - mean) * (sample - mean);
    }
    int freedom = samples.length - 1;
    double t = freedom <= T.length ? T[freedom - 1] : T_LARGE;
    return new Estimate(
        mean, t * StrictMath.sqrt(squares / freedom / samples.length), samples.length);
  }

  public double low() {
    return mean - half;
  }

  public double high() {
    return mean + half;
  }

  /** As a table shows it: the mean, and behind ± half of the interval. */
  @Override
  public String toString() {
    return number(mean) + (samples > 1 ? " ± " + number(half) : "");
  }

  /** Three digits after the point for ratios, fewer of what is larger. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.3f";
    String text = String.format(Locale.ROOT, format, value);
    return text.equals("0.000") ? "0" : text;
  }
}
