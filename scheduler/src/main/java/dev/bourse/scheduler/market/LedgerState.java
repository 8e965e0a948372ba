package dev.bourse.scheduler.market;

import java.util.List;

/**
 * What a {@link Ledger} holds, so that another one can go on with it: each tenant with all that is
 * below it, and the treasury. Whatever processes had of their own, and what was laid by for
 * snapshots, is its tenant's here, as if they had ended. Nothing is rounded: dust is counted.
 *
 * <p>The law of credits holds for every such state, and what breaks it cannot be made.
 *
 * @param minted micro-credits there are
 * @param treasury micro-credits that were paid and not given out yet
 * @param treasuryDust beside them, in 2^-32 micro-credits, less than 2^32
 * @param tenants each of them once
 */
public record LedgerState(long minted, long treasury, long treasuryDust, List<Tenant> tenants) {
  /**
   * A tenant.
   *
   * @param account its number in the ledger that this was taken from
   * @param endowment its own and that of all below it
   * @param balance micro-credits
   * @param dust beside them, in 2^-32 micro-credits, less than 2^32
   */
  public record Tenant(int account, long endowment, long balance, long dust) {}

  /**
   * Checks the law: balances + treasury = minted.
   *
   * @throws IllegalArgumentException with the sums, if it is broken
   */
  public LedgerState {
    tenants = List.copyOf(tenants);
    long sum = amount(treasury);
    long dust = dust(treasuryDust);
    long endowments = 0;
    for (Tenant tenant : tenants) {
      Limits.requireEndowment(tenant.endowment, endowments);
      endowments += tenant.endowment;
      sum += amount(tenant.balance);
      dust += dust(tenant.dust);
      if (sum > Ledger.MINTED_MAX) {
        break; // Before it wraps around.
      }
    }
    if (sum + (dust >>> Dust.BITS) != minted
        || (dust & Dust.MASK) != 0
        || minted > Ledger.MINTED_MAX) {
      throw new IllegalArgumentException(
          "of %d micro-credits, %d are found, and dust %d".formatted(minted, sum, dust));
    }
  }

  private static long amount(long micros) {
    if (micros < 0 || micros > Ledger.MINTED_MAX) {
      throw new IllegalArgumentException(
          "%d micro-credits are not between 0 and %d".formatted(micros, Ledger.MINTED_MAX));
    }
    return micros;
  }

  private static long dust(long dust) {
    if (dust < 0 || dust > Dust.MASK) {
      throw new IllegalArgumentException(
          "a dust of %d is not between 0 and %d".formatted(dust, Dust.MASK));
    }
    return dust;
  }
}
