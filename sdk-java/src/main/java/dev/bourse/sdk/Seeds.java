package dev.bourse.sdk;

/** Seeds of forward passes: unsigned 32-bit numbers. */
final class Seeds {
  private Seeds() {}

  /** An unpredictable seed. */
  static int fresh() {
    return mix(Double.doubleToRawLongBits(Math.random()), 0);
  }

  /**
   * The seed of one step of a seeded run. Each step needs its own, or every step would draw the
   * same quantile. The finalizer is SplitMix64's (Steele, Lea, Flood: Fast splittable pseudorandom
   * number generators, 2014).
   */
  static int mix(long seed, long step) {
    long z = seed + (step + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (int) (z ^ (z >>> 31));
  }
}
