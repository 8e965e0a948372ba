package dev.bourse.server.market;

import dev.bourse.engine.Price;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Pictures of figures, made of block characters. */
final class Graphs {
  /** Steps behind each character of a sparkline. */
  static final int STEPS = 8;

  private static final String HEIGHTS = "▁▂▃▄▅▆▇█";

  private Graphs() {}

  /**
   * The course of a price.
   *
   * @param line of blocks, the lowest for 0
   * @param highest what the highest block stands for
   */
  record Course(String line, double highest) {}

  /**
   * Draws the course of a price: the mean of {@value #STEPS} steps a character, the newest at the
   * right.
   *
   * @param prices the oldest first
   */
  static Course course(List<Price> prices, ToDoubleFunction<Price> figure, int width) {
    double[] means = means(prices, figure, width);
    double highest = 0;
    for (double mean : means) {
      // There may be no figure: NaN is greater than nothing.
      highest = mean > highest ? mean : highest;
    }
    StringBuilder line = new StringBuilder();
    for (double mean : means) {
      line.append(Double.isNaN(mean) ? ' ' : HEIGHTS.charAt(height(mean, highest)));
    }
    return new Course(line.toString(), highest);
  }

  /** What is not 0 is to be seen. */
  private static int height(double mean, double highest) {
    return mean > 0 ? 1 + (int) Math.round((HEIGHTS.length() - 2) * mean / highest) : 0;
  }

  /** Of groups of steps that stay the same as time passes, so that the picture only moves. */
  private static double[] means(List<Price> prices, ToDoubleFunction<Price> figure, int width) {
    double[] sums = new double[width];
    int[] counts = new int[width];
    long last = prices.isEmpty() ? 0 : prices.getLast().step() / STEPS;
    for (Price price : prices) {
      long at = width - 1 - (last - price.step() / STEPS);
      if (at >= 0) {
        sums[(int) at] += figure.applyAsDouble(price);
        counts[(int) at]++;
      }
    }
    for (int at = 0; at < width; at++) {
      sums[at] = counts[at] == 0 ? Double.NaN : sums[at] / counts[at];
    }
    return sums;
  }

  /**
   * Parts of a whole, one after the other; then what is left of it.
   *
   * @param width characters in all
   */
  static String bar(long whole, int width, Part... parts) {
    StringBuilder bar = new StringBuilder();
    long sum = 0;
    for (Part part : parts) {
      sum += part.size();
      long end = whole == 0 ? 0 : Math.min(width, Math.round((double) width * sum / whole));
      while (bar.length() < end) {
        bar.append(part.character());
      }
    }
    return bar + "░".repeat(width - bar.length());
  }

  /** A part of a bar. */
  record Part(long size, char character) {}
}
