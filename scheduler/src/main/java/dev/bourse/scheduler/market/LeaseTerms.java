package dev.bourse.scheduler.market;

/**
 * The numbers behind {@link Leases}. Times are in ticks: a step, or a millisecond in which there
 * was none.
 *
 * @param waitMax how long a claim waits for the market; after that it is forced
 * @param leaseMin how long a context that is at work keeps its pages, whoever bids more
 * @param leaseForced how long a forced claim keeps its pages at most, whoever waits. It must be
 *     long enough for a context that bids nothing to be computed, so at least {@code waitMax}
 * @param outbid how many times a holder's bid must be offered to make it leave its work, at least 2
 * @param rentShift the rent moves by 1/2^shift of its distance to the highest excluded bid in a
 *     tick: 0 follows at once, at most 16
 */
public record LeaseTerms(int waitMax, int leaseMin, int leaseForced, int outbid, int rentShift) {
  public static final LeaseTerms DEFAULT = new LeaseTerms(256, 64, 1024, 4, 4);

  /**
   * @throws IllegalArgumentException naming the number that is out of its range
   */
  public LeaseTerms {
    require("waitMax", waitMax, 1, Integer.MAX_VALUE);
    require("leaseMin", leaseMin, 0, Integer.MAX_VALUE);
    require("leaseForced", leaseForced, waitMax, Integer.MAX_VALUE);
    require("outbid", outbid, 2, Integer.MAX_VALUE);
    require("rentShift", rentShift, 0, 16);
  }

  private static void require(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + ": choose " + min + " to " + max + " in the terms of leases");
    }
  }
}
