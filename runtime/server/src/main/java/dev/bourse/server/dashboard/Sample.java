package dev.bourse.server.dashboard;

import dev.bourse.engine.BatchView;
import dev.bourse.engine.MarketView;
import java.util.List;

/**
 * What an engine does at one moment.
 *
 * @param number of the sample, from 1
 * @param point the figures of which the course is kept
 * @param market who computes, waits and pays
 * @param batches of the last steps, the oldest first
 */
record Sample(long number, Point point, MarketView market, List<BatchView> batches) {
  /**
   * A point of the curves, over the time since the one before.
   *
   * @param at milliseconds since 1970
   * @param slot credits for a token slot, the mean of the steps
   * @param page credits for a page and tick
   * @param tokens computed in a second
   * @param steps in a second
   * @param stepMillis that a step took, the mean
   * @param pages in use, of the pool
   */
  record Point(
      long at,
      double slot,
      double page,
      double tokens,
      double steps,
      double stepMillis,
      int pages) {}
}
