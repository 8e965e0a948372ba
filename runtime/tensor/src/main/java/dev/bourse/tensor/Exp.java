package dev.bourse.tensor;

/**
 * e<sup>x</sup> in 32-bit arithmetic whose every operation also exists as a vector operation, so
 * that both twins return the same bits.
 *
 * <p>x is split as {@code n ln 2 + r} with {@code |r| ≤ ln 2 / 2}; e<sup>r</sup> is a polynomial of
 * degree 6; the result is multiplied by 2<sup>n</sup> in two steps, so that the subnormal range is
 * reached without an intermediate underflow. The relative error is at most 2e-7 where the result is
 * a normal number; below, one unit in the last place of a subnormal comes on top. e<sup>−∞</sup> is
 * 0, e<sup>x</sup> is +∞ from 88.73 on, NaN stays NaN.
 */
final class Exp {
  /** Below this the result rounds to 0. */
  static final float MIN = -104f;

  /** Above this the result rounds to +∞. */
  static final float MAX = 89f;

  static final float LOG2_E = (float) (1 / 0x1.62e42fefa39efp-1);

  /** Adding 1.5 · 2^23 rounds to an integer, which then stands in the low bits. */
  static final float ROUNDER = 0x1.8p23f;

  static final int ROUNDER_BITS = 0x4B400000;

  /** ln 2 = LN2_HIGH + LN2_LOW; n · LN2_HIGH is exact for |n| < 2^9. */
  static final float LN2_HIGH = 0x1.62e4p-1f;

  static final float LN2_LOW = (float) (0x1.62e42fefa39efp-1 - 0x1.62e4p-1);

  static final float C2 = 0x1p-1f;
  static final float C3 = 0x1.55554ep-3f;
  static final float C4 = 0x1.555492p-5f;
  static final float C5 = 0x1.12326ep-7f;
  static final float C6 = 0x1.6a9a3cp-10f;

  private Exp() {}

  static float exp(float x) {
    float clamped = Math.min(Math.max(x, MIN), MAX);
    float rounded = Math.fma(clamped, LOG2_E, ROUNDER);
    float n = rounded - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, clamped));
    float p = Math.fma(C6, r, C5);
    p = Math.fma(p, r, C4);
    p = Math.fma(p, r, C3);
    p = Math.fma(p, r, C2);
    p = Math.fma(p, r, 1f);
    p = Math.fma(p, r, 1f);
    int exponent = Float.floatToRawIntBits(rounded) - ROUNDER_BITS;
    int half = exponent >> 1;
    float first = Float.intBitsToFloat((half + 127) << 23);
    float second = Float.intBitsToFloat((exponent - half + 127) << 23);
    return p * first * second;
  }

  /** tanh x = 1 − 2 / (e<sup>2x</sup> + 1), true to 2e-7 in absolute terms. */
  static float tanh(float x) {
    return 1f - 2f / (exp(x + x) + 1f);
  }
}
