package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.COLUMNS;
import static dev.bourse.tensor.BlockFormat.ROWS;
import static dev.bourse.tensor.Simd.LANES;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Decodes interleaved blocks into panels of floats: one small method for each format, the same
 * numbers as {@link BlockFormat#decodeWeights}.
 */
final class VectorDecode {
  private VectorDecode() {}

  /**
   * Decodes some columns of neighbouring row groups.
   *
   * @param groups how many; groups from {@code end} on repeat the one before, and are not used
   * @param blocks blocks of 32 columns
   * @param panel {@code [blocks · 32][groups · 16]} weights without scales
   * @param scales {@code [blocks][groups · 16]}
   */
  static void panel(
      WeightMatrix w,
      int group,
      int groups,
      int end,
      int block,
      int blocks,
      float[] panel,
      float[] scales) {
    int stride = groups * ROWS;
    for (int g = 0; g < groups; g++) {
      for (int b = 0; b < blocks; b++) {
        long at = w.blockOffset(Math.min(group + g, end - 1), block + b);
        int to = b * COLUMNS * stride + g * ROWS;
        int scalesTo = b * stride + g * ROWS;
        switch (w.format()) {
          case F32 -> f32(w.segment(), at, panel, to, stride);
          case F16 -> f16(w.segment(), at, panel, to, stride);
          case BF16 -> bf16(w.segment(), at, panel, to, stride);
          case Q8_0 -> q8(w.segment(), at, panel, to, stride);
          case Q4_0 -> q4(w.segment(), at, panel, to, stride);
        }
        if (w.format().scaleBytes() == 0) {
          Arrays.fill(scales, scalesTo, scalesTo + ROWS, 1f);
        } else {
          scales(w.segment(), at, scales, scalesTo);
        }
      }
    }
  }

  /** The scales of the 16 rows of the block at {@code at}. */
  static void scales(MemorySegment w, long at, float[] out, int to) {
    for (int r = 0; r < ROWS; r += LANES) {
      Simd.halves(w, at + 2L * r, out, to + r);
    }
  }

  private static void f32(MemorySegment w, long at, float[] out, int to, int stride) {
    for (int r = 0; r < ROWS; r += LANES) {
      for (int k = 0; k < COLUMNS; k++) {
        Simd.floats(w, at + 4L * (k * ROWS + r)).intoArray(out, to + k * stride + r);
      }
    }
  }

  private static void f16(MemorySegment w, long at, float[] out, int to, int stride) {
    for (int r = 0; r < ROWS; r += LANES) {
      for (int k = 0; k < COLUMNS; k++) {
        Simd.halves(w, at + 2L * (k * ROWS + r), out, to + k * stride + r);
      }
    }
  }

  private static void bf16(MemorySegment w, long at, float[] out, int to, int stride) {
    for (int r = 0; r < ROWS; r += LANES) {
      for (int k = 0; k < COLUMNS; k++) {
        Simd.bfloats(w, at + 2L * (k * ROWS + r)).intoArray(out, to + k * stride + r);
      }
    }
  }

  private static void q8(MemorySegment w, long at, float[] out, int to, int stride) {
    long weights = at + ROWS * 2L;
    for (int r = 0; r < ROWS; r += LANES) {
      for (int k = 0; k < COLUMNS; k++) {
        Simd.bytes(w, weights + (long) k * ROWS + r).intoArray(out, to + k * stride + r);
      }
    }
  }

  private static void q4(MemorySegment w, long at, float[] out, int to, int stride) {
    long weights = at + ROWS * 2L;
    for (int r = 0; r < ROWS; r += LANES) {
      for (int k = 0; k < COLUMNS / 2; k++) {
        ByteVector pair =
            ByteVector.fromMemorySegment(Simd.B, w, weights + (long) k * ROWS + r, Simd.LE);
        ByteVector low = pair.and((byte) 15).sub((byte) 8);
        ByteVector high = pair.lanewise(VectorOperators.LSHR, 4).and((byte) 15).sub((byte) 8);
        ((FloatVector) low.castShape(Simd.F, 0)).intoArray(out, to + k * stride + r);
        ((FloatVector) high.castShape(Simd.F, 0))
            .intoArray(out, to + (k + COLUMNS / 2) * stride + r);
      }
    }
  }
}
