package dev.bourse.scheduler.simulation;

import java.util.List;

/**
 * Lines to draw.
 *
 * @param id names the file
 * @param logarithmic whether the y axis is
 */
public record Chart(
    String id,
    String title,
    String xLabel,
    String yLabel,
    boolean logarithmic,
    List<Series> series) {

  /** A line, by its points from left to right. */
  public record Series(String name, List<Point> points) {}

  /**
   * A point.
   *
   * @param error half of the interval in which the true y is; 0 if there is none
   */
  public record Point(double x, double y, double error) {}
}
