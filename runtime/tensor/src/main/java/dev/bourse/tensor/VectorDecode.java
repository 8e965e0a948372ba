package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.COLUMNS;
import static dev.bourse.tensor.BlockFormat.ROWS;
import static dev.bourse.tensor.Simd.F;
import static dev.bourse.tensor.Simd.LANES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * Decodes interleaved blocks into panels of floats: one small method for each kind of element and
 * scale, the same numbers as {@link BlockFormat#decodeLevels} and {@link Scaling#decode}.
 */
final class VectorDecode {
  private VectorDecode() {}

  /**
   * Decodes some columns of neighbouring row groups: the levels to {@code [slices · 32][groups ·
   * 16]} of the scratch's panel, scales and minima to {@code [slices · groups of a slice][groups ·
   * 16]}.
   *
   * @param groups how many; groups from {@code end} on repeat the one before, and are not used
   */
  static void panel(
      WeightMatrix w, int group, int groups, int end, int slice, int slices, Scratch scratch) {
    int stride = groups * ROWS;
    for (int g = 0; g < groups; g++) {
      int from = Math.min(group + g, end - 1);
      for (int s = 0; s < slices; s++) {
        int to = s * COLUMNS * stride + g * ROWS;
        long at = w.sliceOffset(from, slice + s);
        levels(w.format(), w.segment(), at, scratch.panel, to, stride);
        scales(w, from, slice + s, scratch, s * w.format().groups() * stride + g * ROWS, stride);
      }
    }
  }

  private static void levels(
      BlockFormat format, MemorySegment w, long at, float[] out, int to, int stride) {
    long from = at + format.elementsAt();
    switch (format.elements()) {
      case F32 -> f32(w, from, out, to, stride);
      case F16 -> f16(w, from, out, to, stride);
      case BF16 -> bf16(w, from, out, to, stride);
      case INT8 -> int8(w, from, out, to, stride);
      case CODES -> {
        Codes codes = format.codes();
        float @Nullable [] levels = codes.levels();
        if (levels != null) {
          tabulated(w, from, levels, out, to, stride);
        } else if (codes.highBits() == 0) {
          onePlane(w, from, codes.lowBits(), codes.isSigned(), out, to, stride);
        } else {
          twoPlanes(w, from, at + format.highPlaneAt(), codes, out, to, stride);
        }
      }
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

  private static void int8(MemorySegment w, long at, float[] out, int to, int stride) {
    for (int r = 0; r < ROWS; r += LANES) {
      for (int k = 0; k < COLUMNS; k++) {
        Simd.bytes(w, at + (long) k * ROWS + r).intoArray(out, to + k * stride + r);
      }
    }
  }

  private static void onePlane(
      MemorySegment w, long at, int bits, boolean isSigned, float[] out, int to, int stride) {
    int columns = Integer.SIZE / bits;
    for (int r = 0; r < ROWS; r += LANES) {
      int column = to + r;
      for (int word = 0; word < bits; word++) {
        IntVector codes = Simd.words(w, at + 4L * (word * ROWS + r));
        for (int i = 0; i < columns; i++, column += stride) {
          Simd.toFloats(Simd.top(codes, bits, isSigned)).intoArray(out, column);
          codes = codes.lanewise(VectorOperators.LSHL, bits);
        }
      }
    }
  }

  private static void twoPlanes(
      MemorySegment w, long lowAt, long highAt, Codes codes, float[] out, int to, int stride) {
    int lowBits = codes.lowBits();
    int highBits = codes.highBits();
    int columns = Integer.SIZE / lowBits;
    int lowWords = lowBits / highBits;
    for (int r = 0; r < ROWS; r += LANES) {
      int column = to + r;
      for (int word = 0; word < lowBits; word++) {
        IntVector low = Simd.words(w, lowAt + 4L * (word * ROWS + r));
        IntVector high =
            Simd.words(w, highAt + 4L * (word / lowWords * ROWS + r))
                .lanewise(VectorOperators.LSHL, word % lowWords * columns * highBits);
        for (int i = 0; i < columns; i++, column += stride) {
          IntVector code =
              Simd.top(high, highBits, codes.isSigned())
                  .lanewise(VectorOperators.LSHL, lowBits)
                  .or(Simd.top(low, lowBits, false));
          Simd.toFloats(code).intoArray(out, column);
          low = low.lanewise(VectorOperators.LSHL, lowBits);
          high = high.lanewise(VectorOperators.LSHL, highBits);
        }
      }
    }
  }

  /** Codes of four bits that stand for levels of a table. */
  private static void tabulated(
      MemorySegment w, long at, float[] levels, float[] out, int to, int stride) {
    int bits = 4;
    int columns = Integer.SIZE / bits;
    IntVector lower = FloatVector.fromArray(F, levels, 0).reinterpretAsInts();
    IntVector upper = FloatVector.fromArray(F, levels, 16 - LANES).reinterpretAsInts();
    for (int r = 0; r < ROWS; r += LANES) {
      int column = to + r;
      for (int word = 0; word < bits; word++) {
        IntVector codes = Simd.words(w, at + 4L * (word * ROWS + r));
        for (int i = 0; i < columns; i++, column += stride) {
          IntVector code = codes.lanewise(VectorOperators.LSHR, Integer.SIZE - bits);
          select(code, lower, upper).intoArray(out, column);
          codes = codes.lanewise(VectorOperators.LSHL, bits);
        }
      }
    }
  }

  /** What codes stand for: a table of 16 floats is one vector, or two. */
  private static FloatVector select(IntVector code, IntVector lower, IntVector upper) {
    if (LANES == 16) {
      return code.selectFrom(lower).reinterpretAsFloats();
    }
    IntVector index = code.and(LANES - 1);
    VectorMask<Integer> inUpper = code.compare(VectorOperators.GE, LANES);
    return index.selectFrom(lower).blend(index.selectFrom(upper), inUpper).reinterpretAsFloats();
  }

  /**
   * Decodes the scales, and the minima if there are any, of the groups of a slice.
   *
   * @param to where those of the first group go; the next are {@code stride} further
   */
  static void scales(WeightMatrix w, int group, int slice, Scratch scratch, int to, int stride) {
    MemorySegment bytes = w.segment();
    long head = w.headOffset(group, slice);
    Scaling scaling = w.format().scaling();
    float[] scales = scratch.scales;
    float[] minima = scratch.minima;
    switch (scaling) {
      case NONE -> Arrays.fill(scales, to, to + ROWS, 1f);
      case HALF -> halves(bytes, head, scales, to);
      case HALF_AND_MINIMUM -> {
        halves(bytes, head, scales, to);
        halves(bytes, head + ROWS * 2L, minima, to);
      }
      case EXPONENT -> {
        for (int r = 0; r < ROWS; r++) {
          scales[to + r] = Scaling.power(bytes.get(ValueLayout.JAVA_BYTE, head + r) & 0xff);
        }
      }
      case GROUPS, GROUPS_AND_MINIMA, GROUP_NIBBLES -> {
        long at = w.sliceOffset(group, slice);
        for (int g = 0; g < w.format().groups(); g++) {
          groupScales(
              scaling, bytes, head, at + (long) g * scaling.groupBytes(), scratch, to + g * stride);
        }
      }
    }
  }

  private static void groupScales(
      Scaling scaling, MemorySegment bytes, long head, long group, Scratch scratch, int to) {
    halves(bytes, head, scratch.scales, to);
    if (scaling.hasMinima()) {
      halves(bytes, head + ROWS * 2L, scratch.minima, to);
    }
    for (int r = 0; r < ROWS; r += LANES) {
      if (scaling == Scaling.GROUP_NIBBLES) {
        timesNibbles(bytes, group + r, 0, 1f, scratch.scales, to + r);
        timesNibbles(bytes, group + r, 4, -1f, scratch.minima, to + r);
      } else {
        timesBytes(bytes, group + r, 1f, scratch.scales, to + r);
        if (scaling.hasMinima()) {
          timesBytes(bytes, group + ROWS + r, -1f, scratch.minima, to + r);
        }
      }
    }
  }

  private static void timesBytes(MemorySegment w, long at, float sign, float[] factors, int to) {
    Simd.bytes(w, at).mul(sign).mul(FloatVector.fromArray(F, factors, to)).intoArray(factors, to);
  }

  private static void timesNibbles(
      MemorySegment w, long at, int shift, float sign, float[] factors, int to) {
    ByteVector bytes = ByteVector.fromMemorySegment(Simd.B, w, at, Simd.LE);
    ByteVector numbers = bytes.lanewise(VectorOperators.LSHR, shift).and((byte) 15);
    ((FloatVector) numbers.castShape(F, 0))
        .mul(sign)
        .mul(FloatVector.fromArray(F, factors, to))
        .intoArray(factors, to);
  }

  /** The f16 of 16 rows. */
  static void halves(MemorySegment w, long at, float[] out, int to) {
    for (int r = 0; r < ROWS; r += LANES) {
      Simd.halves(w, at + 2L * r, out, to + r);
    }
  }
}
