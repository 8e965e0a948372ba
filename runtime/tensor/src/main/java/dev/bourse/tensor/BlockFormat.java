package dev.bourse.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * How 16 rows of a type lie in a {@link WeightMatrix}, and what they mean: a description from which
 * the scalar and the vector kernels follow.
 *
 * <p>A <b>block</b> is 16 rows by as many columns as a block of GGUF has, at least 32. It begins
 * with a head, the factors of the rows; then come its <b>slices</b> of 32 columns, each with the
 * scales of its groups of 16 or 32 columns, if the type has any, and its elements. Whatever it is,
 * the 16 rows lie next to each other: so a vector lane is an output row, activations are broadcast,
 * and nothing is summed across lanes.
 *
 * <p>Elements are floats, int8, or codes of a few bits. Codes of {@code b} bits lie in a
 * <b>plane</b> of {@code b} 32-bit words for each row: word {@code i} holds the columns from {@code
 * i · 32/b} on, the first in its highest bits. Types of 3, 5 and 6 bits have two planes, one for
 * the low and one for the high bits of a code.
 *
 * <p>A weight is <i>scale · level + minimum</i>: the level is the element as it is, or what the
 * code stands for; {@link Scaling} tells where scale and minimum come from.
 */
enum BlockFormat {
  F32(TensorType.F32, Scaling.NONE, 32, Elements.F32),
  F16(TensorType.F16, Scaling.NONE, 32, Elements.F16),
  BF16(TensorType.BF16, Scaling.NONE, 32, Elements.BF16),
  Q8_0(TensorType.Q8_0, Scaling.HALF, 32, Elements.INT8),
  Q4_0(TensorType.Q4_0, Scaling.HALF, 32, Codes.SIGNED_4),
  Q4_1(TensorType.Q4_1, Scaling.HALF_AND_MINIMUM, 32, Codes.UNSIGNED_4),
  Q5_0(TensorType.Q5_0, Scaling.HALF, 32, Codes.SIGNED_5),
  Q5_1(TensorType.Q5_1, Scaling.HALF_AND_MINIMUM, 32, Codes.UNSIGNED_5),
  Q2_K(TensorType.Q2_K, Scaling.GROUP_NIBBLES, 16, Codes.UNSIGNED_2),
  Q3_K(TensorType.Q3_K, Scaling.GROUPS, 16, Codes.SIGNED_3),
  Q4_K(TensorType.Q4_K, Scaling.GROUPS_AND_MINIMA, 32, Codes.UNSIGNED_4),
  Q5_K(TensorType.Q5_K, Scaling.GROUPS_AND_MINIMA, 32, Codes.UNSIGNED_5),
  Q6_K(TensorType.Q6_K, Scaling.GROUPS, 16, Codes.SIGNED_6),
  IQ4_NL(TensorType.IQ4_NL, Scaling.HALF, 32, Codes.IQ4),
  IQ4_XS(TensorType.IQ4_XS, Scaling.GROUPS, 32, Codes.IQ4),
  MXFP4(TensorType.MXFP4, Scaling.EXPONENT, 32, Codes.E2M1);

  /** Rows of a block. */
  static final int ROWS = 16;

  /** Columns of a slice. */
  static final int COLUMNS = 32;

  static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN)
          .withInvokeExactBehavior();
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN)
          .withInvokeExactBehavior();
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN)
          .withInvokeExactBehavior();

  /** What an element is. */
  enum Elements {
    F32(32),
    F16(16),
    BF16(16),
    INT8(8),
    CODES(0);

    private final int bits;

    Elements(int bits) {
      this.bits = bits;
    }
  }

  private final TensorType type;
  private final Scaling scaling;
  private final int groupColumns;
  private final Elements elements;
  private final Codes codes;
  private final int elementBytes;
  private final int sliceBytes;
  private final int slices;

  BlockFormat(TensorType type, Scaling scaling, int groupColumns, Elements elements) {
    this(type, scaling, groupColumns, elements, Codes.NONE, elements.bits);
  }

  BlockFormat(TensorType type, Scaling scaling, int groupColumns, Codes codes) {
    this(type, scaling, groupColumns, Elements.CODES, codes, codes.bits());
  }

  BlockFormat(
      TensorType type,
      Scaling scaling,
      int groupColumns,
      Elements elements,
      Codes codes,
      int elementBits) {
    this.type = type;
    this.scaling = scaling;
    this.groupColumns = groupColumns;
    this.elements = elements;
    this.codes = codes;
    this.slices = Math.max(1, type.blockSize() / COLUMNS);
    this.elementBytes = elementBits * COLUMNS / Byte.SIZE * ROWS;
    this.sliceBytes = groups() * scaling.groupBytes() + elementBytes;
  }

  /**
   * The format of a type.
   *
   * @throws IllegalArgumentException if the type has no kernels
   */
  static BlockFormat of(TensorType type) {
    for (BlockFormat format : values()) {
      if (format.type == type) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "tensor type " + type + " is not supported: use one of " + TensorType.supportedNames());
  }

  TensorType type() {
    return type;
  }

  Scaling scaling() {
    return scaling;
  }

  Elements elements() {
    return elements;
  }

  Codes codes() {
    return codes;
  }

  /** Columns of a block: a multiple of 32. */
  int columns() {
    return slices * COLUMNS;
  }

  /** Slices of a block. */
  int slices() {
    return slices;
  }

  /** Columns that share a scale. */
  int groupColumns() {
    return groupColumns;
  }

  /** Groups of a slice: 1 or 2. */
  int groups() {
    return COLUMNS / groupColumns;
  }

  /** Bytes of a block. */
  int bytes() {
    return headBytes() + slices * sliceBytes;
  }

  /** Bytes before the first slice of a block. */
  int headBytes() {
    return scaling.headBytes();
  }

  /** Bytes of a slice. */
  int sliceBytes() {
    return sliceBytes;
  }

  /** Where the elements of a slice start. */
  int elementsAt() {
    return sliceBytes - elementBytes;
  }

  /** Where the second plane of a slice starts. */
  int highPlaneAt() {
    return elementsAt() + codes.lowBits() * ROWS * Integer.BYTES;
  }

  /**
   * Decodes the levels of a slice: its weights before scaling.
   *
   * @param at where the slice starts in {@code bytes}
   * @param out column {@code k} of row {@code r} goes to {@code outAt + k * stride + r}
   */
  void decodeLevels(byte[] bytes, int at, float[] out, int outAt, int stride) {
    int from = at + elementsAt();
    for (int k = 0; k < COLUMNS; k++) {
      int to = outAt + k * stride;
      switch (elements) {
        case F32 -> {
          for (int r = 0; r < ROWS; r++) {
            out[to + r] = (float) FLOAT.get(bytes, from + (k * ROWS + r) * Float.BYTES);
          }
        }
        case F16 -> {
          for (int r = 0; r < ROWS; r++) {
            short half = (short) SHORT.get(bytes, from + (k * ROWS + r) * Short.BYTES);
            out[to + r] = Float.float16ToFloat(half);
          }
        }
        case BF16 -> {
          for (int r = 0; r < ROWS; r++) {
            short upper = (short) SHORT.get(bytes, from + (k * ROWS + r) * Short.BYTES);
            out[to + r] = Float.intBitsToFloat(upper << 16);
          }
        }
        case INT8 -> {
          for (int r = 0; r < ROWS; r++) {
            out[to + r] = bytes[from + k * ROWS + r];
          }
        }
        case CODES -> decodeCodes(bytes, at, k, out, to);
      }
    }
  }

  private void decodeCodes(byte[] bytes, int at, int k, float[] out, int to) {
    int low = at + elementsAt();
    int high = at + highPlaneAt();
    int unused = Integer.SIZE - codes.bits();
    float[] levels = codes.levels();
    for (int r = 0; r < ROWS; r++) {
      int code = field(bytes, low, codes.lowBits(), k, r);
      if (codes.highBits() > 0) {
        code |= field(bytes, high, codes.highBits(), k, r) << codes.lowBits();
      }
      if (levels != null) {
        out[to + r] = levels[code];
      } else {
        out[to + r] = codes.isSigned() ? (code << unused) >> unused : code;
      }
    }
  }

  private static int field(byte[] bytes, int plane, int bits, int k, int row) {
    int word = (int) INT.get(bytes, plane + wordAt(bits, k, row));
    return (word >>> shift(bits, k)) & ((1 << bits) - 1);
  }

  /** Where in a plane the word with a column of a row is. */
  static int wordAt(int bits, int k, int row) {
    return (k * bits / Integer.SIZE * ROWS + row) * Integer.BYTES;
  }

  /** How far up in its word a column is. */
  static int shift(int bits, int k) {
    return Integer.SIZE - bits - k * bits % Integer.SIZE;
  }
}
