package dev.bourse.scheduler.market;

import java.util.Arrays;

/**
 * Slows down who spends too fast, so that a balance lasts.
 *
 * <p><b>Idea.</b> Adaptive pacing (Balseiro and Gur 2019): the bid is the value divided by 1 +
 * lambda, where lambda is the worth of a credit that is kept for later. After each step it moves by
 * the difference between what was spent and what should have been: up when that was more. Bids are
 * then as high as the budget can keep up, whatever the others do, and nobody needs to know prices.
 *
 * <p>What should be spent is {@code balance / horizon + dividend}. The horizon moves along: a
 * balance is not used up at a date, but, spent at that rate, halves in 0.7 horizons.
 *
 * <p>The divisor 1 + lambda is multiplied by 1 + (spent / target - 1) / 64, the excess cut off at
 * 8, which is mirror descent in its logarithm (Balseiro, Lu and Mirrokni 2020). To add to lambda
 * instead was tried: where values are ten times the prices and more, a balance was gone long before
 * lambda mattered. The gain does not shrink with time: prices change, and that is worth the little
 * by which the multiplier never comes to rest.
 *
 * <p>The multiplier 1/(1 + lambda) is from 2^-10 to 1: it never raises a bid, and no bid of 1024 or
 * more vanishes. Nothing here guarantees that a balance lasts at any prices: where even 2^-10 of a
 * value wins too much, it does not. Columns by account, O(1), integers.
 */
public final class Pacing {
  /** The multiplier is in 2^-16. */
  public static final int BITS = 16;

  private static final long ONE = 1L << BITS;
  private static final long DIVISOR_MAX = 1024 * ONE;
  private static final int GAIN = 6;
  private static final int EXCESS_MAX = 8;

  private final int horizon;
  private long[] divisors = new long[64];

  /**
   * @param horizon steps for which a balance is to last, at least 1
   */
  public Pacing(int horizon) {
    if (horizon < 1) {
      throw new IllegalArgumentException("a horizon of " + horizon + " steps: give 1 or more");
    }
    this.horizon = horizon;
  }

  /** Begins anew for an account: nothing is slowed down. */
  public void open(int account) {
    if (account >= divisors.length) {
      divisors = Arrays.copyOf(divisors, account * 2);
    }
    divisors[account] = ONE;
  }

  /** By what bids are multiplied: from 64 to 2^16, in 2^-16. */
  public int multiplier(int account) {
    return (int) ((ONE << BITS) / divisors[account]);
  }

  /** The paced bid, rounded down. */
  public long bid(int account, long bid) {
    if (bid < 0) {
      throw new IllegalArgumentException("account " + account + " bids " + bid);
    }
    return paced(bid, multiplier(account));
  }

  /** A bid that is not negative times a {@linkplain #multiplier multiplier}, rounded down. */
  static long paced(long bid, long multiplier) {
    return (Math.multiplyHigh(bid, multiplier) << (64 - BITS)) + ((bid * multiplier) >>> BITS);
  }

  /**
   * A step has passed.
   *
   * @param spent micro-credits the account paid in it
   * @param balance micro-credits it has left
   * @param dividend micro-credits it gets in a step
   */
  public void observe(int account, long spent, long balance, long dividend) {
    if (!isAmount(spent) || !isAmount(balance) || !isAmount(dividend)) {
      throw new IllegalArgumentException(
          "account "
              + account
              + " spent "
              + spent
              + " of "
              + balance
              + ", with "
              + dividend
              + " to come: give from 0 to "
              + Ledger.MINTED_MAX
              + " micro-credits");
    }
    long target = Math.max(1, balance / horizon + dividend);
    long change = (divisors[account] * (ratio(spent, target) - ONE)) >> (BITS + GAIN);
    divisors[account] = Math.clamp(divisors[account] + change, ONE, DIVISOR_MAX);
  }

  private static boolean isAmount(long amount) {
    return amount >= 0 && amount <= Ledger.MINTED_MAX;
  }

  /** How many times the target was spent, in 2^-16, at most 9. */
  private static long ratio(long spent, long target) {
    if (spent / target > EXCESS_MAX) {
      return (EXCESS_MAX + 1) * ONE;
    }
    // The remainder is below 2^54, the products below 2^62: the ratio in two digits of 8 bits.
    long high = (spent % target) << 8;
    long low = (high % target) << 8;
    return ((spent / target) << BITS) + ((high / target) << 8) + low / target;
  }
}
