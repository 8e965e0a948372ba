package dev.bourse.scheduler;

/**
 * Memory goes to the oldest process that wants some, so that it always gets on.
 *
 * <p>For it leave, first, contexts that are idle, the one that was used longest ago before the
 * others (LRU); then contexts of younger processes, the youngest first. The oldest process that
 * waits can have all others leave, so it gets what it waits for; then it is the next one's turn.
 */
public final class OldestFirst implements Residency {
  @Override
  public int next(PageBids waiting) {
    int first = 0;
    for (int row = 1; row < waiting.size(); row++) {
      if (isBefore(waiting, row, first)) {
        first = row;
      }
    }
    return first;
  }

  private static boolean isBefore(PageBids waiting, int row, int other) {
    if (waiting.seniority(row) != waiting.seniority(other)) {
      return waiting.seniority(row) < waiting.seniority(other);
    }
    return waiting.ticks(row) != waiting.ticks(other)
        ? waiting.ticks(row) > waiting.ticks(other)
        : row < other;
  }

  @Override
  public int victim(PageBids waiting, int claim, PageBids holders) {
    int victim = NONE;
    for (int row = 0; row < holders.size(); row++) {
      boolean mayLeave = holders.idle(row) || holders.seniority(row) > waiting.seniority(claim);
      if (mayLeave && (victim == NONE || leavesBefore(holders, row, victim))) {
        victim = row;
      }
    }
    return victim;
  }

  private static boolean leavesBefore(PageBids holders, int row, int other) {
    if (holders.idle(row) != holders.idle(other)) {
      return holders.idle(row);
    }
    if (!holders.idle(row) && holders.seniority(row) != holders.seniority(other)) {
      return holders.seniority(row) > holders.seniority(other);
    }
    return holders.ticks(row) > holders.ticks(other);
  }
}
