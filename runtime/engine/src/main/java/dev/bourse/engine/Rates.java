package dev.bourse.engine;

/**
 * How fast pages are read and computed, measured as it happens, to choose the cheaper way to have
 * one back. Called with the engine's lock held.
 */
final class Rates {
  /** What a rate is taken for until it is measured: bytes a nanosecond. */
  private static final double TRANSFER_AT_FIRST = 1.0;

  /** Weight of the newest measurement. */
  private static final double NEWEST = 0.2;

  /** Tokens from which on a step tells what computing pages costs. */
  private static final int BATCH_MIN = 16;

  private double readBytesPerNano = TRANSFER_AT_FIRST;
  private double writtenBytesPerNano = TRANSFER_AT_FIRST;

  /** 0 until something was computed. */
  private double nanosPerToken;

  void read(long bytes, long nanos) {
    readBytesPerNano = blend(readBytesPerNano, bytes, nanos);
  }

  void written(long bytes, long nanos) {
    writtenBytesPerNano = blend(writtenBytesPerNano, bytes, nanos);
  }

  void computed(int tokens, long nanos) {
    if (tokens < BATCH_MIN && nanosPerToken > 0) {
      return; // A decode costs more a token than the batches that bring pages back.
    }
    double measured = (double) nanos / tokens;
    nanosPerToken =
        nanosPerToken == 0 ? measured : (1 - NEWEST) * nanosPerToken + NEWEST * measured;
  }

  /** Whether reading is cheaper than computing; while nothing was computed, it is. */
  boolean preferReading(long bytes, int tokens) {
    return nanosPerToken == 0 || bytes / readBytesPerNano < tokens * nanosPerToken;
  }

  /** Whether writing and reading back is cheaper than computing again. */
  boolean preferSpilling(long bytes, int tokens) {
    return nanosPerToken == 0
        || bytes / writtenBytesPerNano + bytes / readBytesPerNano < tokens * nanosPerToken;
  }

  private static double blend(double rate, long bytes, long nanos) {
    return (1 - NEWEST) * rate + NEWEST * bytes / Math.max(1, nanos);
  }
}
