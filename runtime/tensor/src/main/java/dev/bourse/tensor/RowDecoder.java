package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.COLUMNS;
import static dev.bourse.tensor.BlockFormat.ROWS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Picks one row out of an interleaved block. */
final class RowDecoder {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private RowDecoder() {}

  /** Writes 32 dequantized columns of row {@code lane} of the block at {@code at}. */
  static void decode(
      BlockFormat format, MemorySegment weights, long at, int lane, float[] out, int outAt) {
    long elements = at + format.scaleBytes() + (long) lane * format.elementBytes();
    long step = (long) ROWS * format.elementBytes();
    float scale = format.scaleBytes() == 0 ? 1f : half(weights, at + (long) lane * Short.BYTES);
    switch (format) {
      case F32 -> {
        for (int k = 0; k < COLUMNS; k++) {
          out[outAt + k] = weights.get(FLOAT, elements + k * step);
        }
      }
      case F16 -> {
        for (int k = 0; k < COLUMNS; k++) {
          out[outAt + k] = half(weights, elements + k * step);
        }
      }
      case BF16 -> {
        for (int k = 0; k < COLUMNS; k++) {
          out[outAt + k] = Float.intBitsToFloat(weights.get(SHORT, elements + k * step) << 16);
        }
      }
      case Q8_0 -> {
        for (int k = 0; k < COLUMNS; k++) {
          out[outAt + k] = scale * weights.get(ValueLayout.JAVA_BYTE, elements + k * step);
        }
      }
      case Q4_0 -> {
        for (int k = 0; k < COLUMNS / 2; k++) {
          byte pair = weights.get(ValueLayout.JAVA_BYTE, elements + k * step);
          out[outAt + k] = scale * ((pair & 15) - 8);
          out[outAt + k + COLUMNS / 2] = scale * ((pair >> 4 & 15) - 8);
        }
      }
    }
  }

  private static float half(MemorySegment weights, long at) {
    return Float.float16ToFloat(weights.get(SHORT, at));
  }
}
