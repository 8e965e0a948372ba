package dev.bourse.scheduler.simulation;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * How much longer turns took than alone: the time from their beginning to their end over the ideal
 * one.
 *
 * @param turns there were
 * @param mean over turns; 1 if there were none
 * @param p50 of turns took no longer
 * @param p99 of turns took no longer
 * @param max of all
 */
public record Slowdown(int turns, double mean, double p50, double p99, double max) {

  /** Of the rows of a log that are asked for. */
  public static Slowdown of(TurnLog log, IntPredicate rows) {
    double[] values = sorted(log, rows);
    int size = values.length;
    if (size == 0) {
      return new Slowdown(0, 1, 1, 1, 1);
    }
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return new Slowdown(size, sum / size, rank(values, 50), rank(values, 99), values[size - 1]);
  }

  /** All of them, the smallest first. */
  static double[] sorted(TurnLog log, IntPredicate rows) {
    double[] values = new double[log.size()];
    int size = 0;
    for (int row = 0; row < log.size(); row++) {
      if (rows.test(row)) {
        values[size++] = log.slowdown(row);
      }
    }
    double[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return sorted;
  }

  /** The nearest rank. */
  private static double rank(double[] sorted, int percent) {
    return sorted[Math.max(0, (int) (((long) sorted.length * percent + 99) / 100) - 1)];
  }
}
