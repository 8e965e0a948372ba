package dev.bourse.engine;

/** Credits as people count them, and micro-credits as the ledger does. */
final class Credits {
  private static final double MICROS = 1e6;

  /** Whatever somebody says is a bid between nothing and this: about nine million credits. */
  private static final long BID_MAX = 1L << 43;

  private Credits() {}

  static double of(long micros) {
    return micros / MICROS;
  }

  /** Micro-credits; for an amount that was checked. */
  static long micros(double credits) {
    return Math.round(credits * MICROS);
  }

  /** A bid: negative ones and NaN count as 0, and there is a most that anybody can offer. */
  static long bid(double credits) {
    return credits > 0 ? (long) Math.min(BID_MAX, credits * MICROS) : 0;
  }
}
