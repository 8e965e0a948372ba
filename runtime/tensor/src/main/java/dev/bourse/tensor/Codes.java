package dev.bourse.tensor;

import org.jspecify.annotations.Nullable;

/** Numbers of a few bits that stand for the levels of weights, in the planes of a slice. */
enum Codes {
  /** Elements are no codes. */
  NONE(0, 0, false),
  UNSIGNED_2(2, 0, false),
  UNSIGNED_4(4, 0, false),
  UNSIGNED_5(4, 1, false),
  SIGNED_3(2, 1, true),
  SIGNED_4(4, 0, true),
  SIGNED_5(4, 1, true),
  SIGNED_6(4, 2, true),

  /** The levels of IQ4_NL and IQ4_XS. */
  IQ4(4, 0, false),

  /**
   * Floats of 2 bits of exponent and 1 of mantissa; their levels are twice their values.
   *
   * @see <a
   *     href="https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf">OCP
   *     Microscaling Formats</a>
   */
  E2M1(4, 0, false);

  private static final float[] IQ4_LEVELS = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };
  private static final float[] E2M1_LEVELS = {
    0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12
  };

  private final int lowBits;
  private final int highBits;
  private final boolean signed;

  Codes(int lowBits, int highBits, boolean signed) {
    this.lowBits = lowBits;
    this.highBits = highBits;
    this.signed = signed;
  }

  int bits() {
    return lowBits + highBits;
  }

  /** Bits of the first plane. */
  int lowBits() {
    return lowBits;
  }

  /** Bits of the second plane; 0 if there is none. */
  int highBits() {
    return highBits;
  }

  /** Whether they are two's complement. */
  boolean isSigned() {
    return signed;
  }

  /** The 16 levels that codes stand for; null where a code is its own level. */
  float @Nullable [] levels() {
    return switch (this) {
      case IQ4 -> IQ4_LEVELS;
      case E2M1 -> E2M1_LEVELS;
      default -> null;
    };
  }
}
