package dev.bourse.scheduler.market;

/**
 * Levels of bids: a bid counts as the next lower of a few prices, so that bids that differ by a
 * hair are the same.
 *
 * <p>Between a power of two and the next there are equally many levels, at equal distances; where
 * that would be finer than a micro-credit, each micro-credit is a level (the buckets of an
 * HdrHistogram). Level 0 is a bid of 0.
 */
final class Levels {
  /** A bid above it counts as it: a million credits for a token, so that no payment overflows. */
  static final long BID_MAX = 1L << 40;

  /** Of {@code perDoubling} levels between powers of two, the logarithm. */
  private final int bits;

  Levels(int perDoubling) {
    bits = Integer.numberOfTrailingZeros(perDoubling);
  }

  /** How many levels there are. */
  int count() {
    return of(BID_MAX) + 1;
  }

  /** The level of a bid: a greater bid has no lower level. */
  int of(long bid) {
    long counted = Math.min(bid, BID_MAX);
    int shift = Math.max(63 - Long.numberOfLeadingZeros(counted) - bits, 0);
    return (shift << bits) + (int) (counted >> shift);
  }

  /** The least bid of a level: what bids of it count as. */
  long price(int level) {
    int shift = Math.max((level >> bits) - 1, 0);
    return ((long) level - ((long) shift << bits)) << shift;
  }
}
