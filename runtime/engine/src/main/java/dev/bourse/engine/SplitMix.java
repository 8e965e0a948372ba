package dev.bourse.engine;

/**
 * Seeds from seeds: a stateless mix, so that what is drawn depends on where it is drawn and not on
 * who drew before.
 *
 * @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea, Flood: Fast Splittable
 *     Pseudorandom Number Generators</a>
 */
final class SplitMix {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private SplitMix() {}

  /** A well-mixed function of both arguments. */
  static long mix(long seed, long index) {
    return finish(finish(seed + GOLDEN_GAMMA) + (index + 1) * GOLDEN_GAMMA);
  }

  /** A number in [0, 1) with 53 random bits. */
  static double uniform(long seed, long index) {
    return (mix(seed, index) >>> 11) * 0x1p-53;
  }

  private static long finish(long z) {
    long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }
}
