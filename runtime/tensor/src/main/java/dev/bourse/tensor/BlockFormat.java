package dev.bourse.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * How a block of 16 rows by 32 columns of a type lies in a {@link WeightMatrix}, and what it means.
 *
 * <p>A block holds the bytes of 16 GGUF blocks of 32 columns in another order: first the 16 scales
 * if the type has scales (f16, first row first), then the elements, the 16 rows of an element next
 * to each other. So a vector lane is an output row, activations are broadcast, and nothing is
 * summed across lanes.
 *
 * <p>An element is one column, except in Q4_0: there element {@code i} is a byte with column {@code
 * i} in its low and column {@code i + 16} in its high nibble.
 */
enum BlockFormat {
  F32(TensorType.F32, false, 4) {
    @Override
    void decodeWeights(byte[] block, int at, float[] out, int outAt, int stride) {
      for (int k = 0; k < COLUMNS; k++) {
        for (int r = 0; r < ROWS; r++) {
          out[outAt + k * stride + r] = (float) FLOAT.get(block, at + (k * ROWS + r) * 4);
        }
      }
    }
  },
  F16(TensorType.F16, false, 2) {
    @Override
    void decodeWeights(byte[] block, int at, float[] out, int outAt, int stride) {
      for (int k = 0; k < COLUMNS; k++) {
        for (int r = 0; r < ROWS; r++) {
          out[outAt + k * stride + r] =
              Float.float16ToFloat((short) SHORT.get(block, at + (k * ROWS + r) * 2));
        }
      }
    }
  },
  BF16(TensorType.BF16, false, 2) {
    @Override
    void decodeWeights(byte[] block, int at, float[] out, int outAt, int stride) {
      for (int k = 0; k < COLUMNS; k++) {
        for (int r = 0; r < ROWS; r++) {
          out[outAt + k * stride + r] =
              Float.intBitsToFloat((short) SHORT.get(block, at + (k * ROWS + r) * 2) << 16);
        }
      }
    }
  },
  Q8_0(TensorType.Q8_0, true, 1) {
    @Override
    void decodeWeights(byte[] block, int at, float[] out, int outAt, int stride) {
      for (int k = 0; k < COLUMNS; k++) {
        for (int r = 0; r < ROWS; r++) {
          out[outAt + k * stride + r] = block[at + k * ROWS + r];
        }
      }
    }
  },
  Q4_0(TensorType.Q4_0, true, 1) {
    @Override
    void decodeWeights(byte[] block, int at, float[] out, int outAt, int stride) {
      for (int k = 0; k < COLUMNS / 2; k++) {
        for (int r = 0; r < ROWS; r++) {
          byte pair = block[at + k * ROWS + r];
          out[outAt + k * stride + r] = (pair & 15) - 8;
          out[outAt + (k + COLUMNS / 2) * stride + r] = (pair >> 4 & 15) - 8;
        }
      }
    }
  };

  /** Rows of a block. */
  static final int ROWS = 16;

  /** Columns of a block. */
  static final int COLUMNS = 32;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN)
          .withInvokeExactBehavior();
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN)
          .withInvokeExactBehavior();

  private final TensorType type;
  private final boolean scaled;
  private final int elementBytes;
  private final int bytes;

  BlockFormat(TensorType type, boolean scaled, int elementBytes) {
    this.type = type;
    this.scaled = scaled;
    this.elementBytes = elementBytes;
    this.bytes = (int) type.bytes((long) ROWS * COLUMNS);
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

  /** Bytes of a block of 16 rows by 32 columns. */
  int bytes() {
    return bytes;
  }

  /** Bytes of one row of a block, as in GGUF. */
  int rowBytes() {
    return bytes / ROWS;
  }

  /** Bytes of the scales at the start of a block; 0 if the type has none. */
  int scaleBytes() {
    return scaled ? ROWS * Short.BYTES : 0;
  }

  int elementBytes() {
    return elementBytes;
  }

  /**
   * Decodes the weights of a block without their scales.
   *
   * @param out column {@code k} of row {@code r} goes to {@code outAt + k * stride + r}
   */
  abstract void decodeWeights(byte[] block, int at, float[] out, int outAt, int stride);

  /** Decodes the 16 scales of a block; they are 1 if the type has none. */
  void decodeScales(byte[] block, int at, float[] out, int outAt) {
    for (int r = 0; r < ROWS; r++) {
      out[outAt + r] =
          scaled ? Float.float16ToFloat((short) SHORT.get(block, at + r * Short.BYTES)) : 1f;
    }
  }

  /**
   * Gathers 16 rows of one column block, in GGUF's order, into a block.
   *
   * @param rows the rows, {@code rowStride} bytes apart
   */
  void interleave(byte[] rows, int at, int rowStride, byte[] block, int blockAt) {
    int scale = scaled ? Short.BYTES : 0;
    int elements = (rowBytes() - scale) / elementBytes;
    for (int r = 0; r < ROWS; r++) {
      int from = at + r * rowStride;
      for (int i = 0; i < scale; i++) {
        block[blockAt + r * scale + i] = rows[from + i];
      }
      int to = blockAt + ROWS * scale + r * elementBytes;
      for (int e = 0; e < elements; e++) {
        for (int i = 0; i < elementBytes; i++) {
          block[to + e * ROWS * elementBytes + i] = rows[from + scale + e * elementBytes + i];
        }
      }
    }
  }
}
