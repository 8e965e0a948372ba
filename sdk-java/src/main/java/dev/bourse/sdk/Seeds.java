package dev.bourse.sdk;

/** Seeds of forward passes: unsigned 32-bit numbers. */
final class Seeds {
  private Seeds() {}

  /** An unpredictable seed. */
  static int fresh() {
    return mix(Double.doubleToRawLongBits(Math.random()));
  }

  /**
   * The seed of the passes of a seeded run. All have the same: the engine makes each draw another
   * by the position it is made at, so that it is the same draw in whichever pass. The finalizer is
   * SplitMix64's (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
   */
  static int mix(long seed) {
    long z = seed + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (int) (z ^ (z >>> 31));
  }
}
