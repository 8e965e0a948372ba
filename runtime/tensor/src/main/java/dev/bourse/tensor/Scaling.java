package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.ROWS;
import static dev.bourse.tensor.BlockFormat.SHORT;

/**
 * Where the scales and minima of a {@link BlockFormat} come from. A scale or minimum that is a
 * product is exact: the factors have 11 and at most 8 bits.
 */
enum Scaling {
  /** There are none: the scale is 1. */
  NONE(0, 0, false),

  /** The head has a scale for each row, an f16. */
  HALF(ROWS * Short.BYTES, 0, false),

  /** The head has a scale and a minimum for each row. */
  HALF_AND_MINIMUM(2 * ROWS * Short.BYTES, 0, true),

  /** The head has a byte e for each row, and the scale is 2<sup>e − 128</sup>. */
  EXPONENT(ROWS, 0, false),

  /** The scale is the row's f16 times the group's int8. */
  GROUPS(ROWS * Short.BYTES, ROWS, false),

  /**
   * The head has two f16 for each row, and a group two bytes: the scale is the product of the
   * first, the minimum the negative product of the second.
   */
  GROUPS_AND_MINIMA(2 * ROWS * Short.BYTES, 2 * ROWS, true),

  /** The same, with the group's numbers in the low and the high half of one byte. */
  GROUP_NIBBLES(2 * ROWS * Short.BYTES, ROWS, true);

  private final int headBytes;
  private final int groupBytes;
  private final boolean minima;

  Scaling(int headBytes, int groupBytes, boolean minima) {
    this.headBytes = headBytes;
    this.groupBytes = groupBytes;
    this.minima = minima;
  }

  /** Bytes at the start of a block. */
  int headBytes() {
    return headBytes;
  }

  /** Bytes of a group, at the start of a slice. */
  int groupBytes() {
    return groupBytes;
  }

  /** Whether something is added to the scaled levels. */
  boolean hasMinima() {
    return minima;
  }

  /**
   * Decodes the scales of a group, and its minima if there are any.
   *
   * @param bytes the head at {@code headAt}, the group at {@code groupAt}
   * @param scales of 16 rows, from {@code to} on
   * @param minima of 16 rows, from {@code to} on
   */
  void decode(byte[] bytes, int headAt, int groupAt, float[] scales, float[] minima, int to) {
    for (int r = 0; r < ROWS; r++) {
      switch (this) {
        case NONE -> scales[to + r] = 1f;
        case HALF -> scales[to + r] = half(bytes, headAt, r);
        case HALF_AND_MINIMUM -> {
          scales[to + r] = half(bytes, headAt, r);
          minima[to + r] = half(bytes, headAt, ROWS + r);
        }
        case EXPONENT -> scales[to + r] = power(bytes[headAt + r] & 0xff);
        case GROUPS -> scales[to + r] = half(bytes, headAt, r) * bytes[groupAt + r];
        case GROUPS_AND_MINIMA -> {
          scales[to + r] = half(bytes, headAt, r) * bytes[groupAt + r];
          minima[to + r] = -(half(bytes, headAt, ROWS + r) * bytes[groupAt + ROWS + r]);
        }
        case GROUP_NIBBLES -> {
          scales[to + r] = half(bytes, headAt, r) * (bytes[groupAt + r] & 15);
          minima[to + r] = -(half(bytes, headAt, ROWS + r) * ((bytes[groupAt + r] >> 4) & 15));
        }
      }
    }
  }

  private static float half(byte[] bytes, int at, int index) {
    return Float.float16ToFloat((short) SHORT.get(bytes, at + index * Short.BYTES));
  }

  /** 2<sup>e − 128</sup>, which is subnormal for e below 2. */
  static float power(int e) {
    return Float.intBitsToFloat(e < 2 ? 0x200000 << e : (e - 1) << 23);
  }
}
