package dev.bourse.scheduler.market;

import java.util.ArrayList;
import java.util.List;

/**
 * The numbers of the market.
 *
 * @param laneShare one slot of this many is for contexts that waited too long, whatever they bid
 * @param laneQuantum tokens such a context gets at once, at most
 * @param waitSteps steps a context waits before it may use the lane
 * @param levelsPerDoubling how finely bids are told apart: 1 rounds them down to powers of two, the
 *     greatest number, 1024, as good as not at all. A power of two
 * @param pacingSteps for how long a balance is to last: who spends faster has its bids lowered, see
 *     {@link Pacing}; 0 for no pacing
 * @param historySteps how many steps the price history goes back
 * @param leases who stays in memory
 */
public record MarketConfig(
    int laneShare,
    int laneQuantum,
    int waitSteps,
    int levelsPerDoubling,
    int pacingSteps,
    int historySteps,
    LeaseTerms leases) {

  public static final MarketConfig DEFAULT =
      new MarketConfig(8, 16, 64, 1, 4096, 1024, LeaseTerms.DEFAULT);

  /**
   * @throws IllegalArgumentException naming every number that is out of its range
   */
  public MarketConfig {
    List<String> problems = new ArrayList<>();
    check(problems, "laneShare", laneShare, 2, 1 << 20);
    check(problems, "laneQuantum", laneQuantum, 1, 1 << 20);
    check(problems, "waitSteps", waitSteps, 1, 1 << 20);
    check(problems, "levelsPerDoubling", levelsPerDoubling, 1, 1024);
    if (Integer.bitCount(levelsPerDoubling) != 1) {
      problems.add("levelsPerDoubling is " + levelsPerDoubling + ", and must be a power of two");
    }
    check(problems, "pacingSteps", pacingSteps, 0, 1 << 30);
    check(problems, "historySteps", historySteps, 1, 1 << 20);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  private static void check(List<String> problems, String name, int value, int min, int max) {
    if (value < min || value > max) {
      problems.add(name + " is " + value + ", and must be from " + min + " to " + max);
    }
  }

  /** The same with another lane for contexts that waited too long. */
  public MarketConfig withLane(int share, int quantum, int steps) {
    return new MarketConfig(
        share, quantum, steps, levelsPerDoubling, pacingSteps, historySteps, leases);
  }

  /** The same with bids told apart more or less finely. */
  public MarketConfig withLevels(int perDoubling) {
    return new MarketConfig(
        laneShare, laneQuantum, waitSteps, perDoubling, pacingSteps, historySteps, leases);
  }

  /** The same with balances that are to last longer or shorter. */
  public MarketConfig withPacing(int steps) {
    return new MarketConfig(
        laneShare, laneQuantum, waitSteps, levelsPerDoubling, steps, historySteps, leases);
  }

  /** The same with another price history. */
  public MarketConfig withHistory(int steps) {
    return new MarketConfig(
        laneShare, laneQuantum, waitSteps, levelsPerDoubling, pacingSteps, steps, leases);
  }

  /** The same with other rules for who stays in memory. */
  public MarketConfig withLeases(LeaseTerms terms) {
    return new MarketConfig(
        laneShare, laneQuantum, waitSteps, levelsPerDoubling, pacingSteps, historySteps, terms);
  }
}
