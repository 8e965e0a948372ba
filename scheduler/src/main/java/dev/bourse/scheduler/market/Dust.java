package dev.bourse.scheduler.market;

/** Parts of a micro-credit: 2^32 dust are one. Products of two longs are taken in 128 bits. */
final class Dust {
  static final int BITS = 32;
  static final long MASK = (1L << BITS) - 1;

  private Dust() {}

  /** Whole micro-credits in {@code units} times {@code dust}, both not negative. */
  static long whole(long units, long dust) {
    return (Math.multiplyHigh(units, dust) << BITS) + ((units * dust) >>> BITS);
  }

  /** The dust beside them. */
  static long rest(long units, long dust) {
    return (units * dust) & MASK;
  }
}
