package dev.bourse.scheduler.market;

/** What the buyers would have paid if one of them had not been there (Cavallo 2006). */
@FunctionalInterface
public interface RevenueWithout {
  /**
   * The revenue since the last distribution, had no account of this tenant bid, with all other bids
   * as they were.
   *
   * @param tenant account whose {@link Ledger#tenant} is the tenant are to be left out
   * @return micro-credits, not negative
   */
  long revenueWithout(int tenant);
}
