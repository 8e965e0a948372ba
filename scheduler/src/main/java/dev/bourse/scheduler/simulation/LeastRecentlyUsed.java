package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.Residency;

/**
 * Memory as engines without a market have it: claims are served in the order of their processes'
 * age, and for them leave those that are idle, the one used longest ago first (LRU). Nobody who is
 * at work has to leave for others.
 *
 * <p>It ends, because whoever is at work becomes idle when its turn ends or it wants more pages.
 */
final class LeastRecentlyUsed implements Residency {
  @Override
  public int next(PageBids waiting) {
    int first = 0;
    for (int row = 1; row < waiting.size(); row++) {
      if (waiting.seniority(row) < waiting.seniority(first)) {
        first = row;
      }
    }
    return first;
  }

  @Override
  public int victim(PageBids waiting, int claim, PageBids holders) {
    int victim = NONE;
    for (int row = 0; row < holders.size(); row++) {
      if (holders.idle(row) && (victim == NONE || leavesBefore(holders, row, victim))) {
        victim = row;
      }
    }
    return victim;
  }

  private static boolean leavesBefore(PageBids holders, int row, int other) {
    return holders.ticks(row) != holders.ticks(other)
        ? holders.ticks(row) > holders.ticks(other)
        : holders.seniority(row) > holders.seniority(other);
  }
}
