package dev.bourse.scheduler.market;

/**
 * Sums and products of amounts that are not negative. What a {@code long} cannot hold is its
 * greatest value: more than anybody has ({@link Ledger#MINTED_MAX}), so that a payment of it is cut
 * down to what there is.
 */
final class Amounts {
  private Amounts() {}

  static long plus(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  static long times(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }
}
