package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.COLUMNS;
import static dev.bourse.tensor.BlockFormat.ROWS;
import static dev.bourse.tensor.Packing.TILE_TOKENS;
import static dev.bourse.tensor.Simd.F;
import static dev.bourse.tensor.Simd.LANES;
import static dev.bourse.tensor.VectorMatmul.TILE_ROWS;
import static dev.bourse.tensor.VectorMatmul.VECTOR_ROWS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The innermost loops of a product, unrolled by hand: the compiler keeps each accumulator in a
 * register only if it is a local variable of its own.
 */
final class VectorTiles {
  /** Bytes of the f16 scales at the start of a Q8_0 block. */
  private static final int SCALE_BYTES = 2 * ROWS;

  /** Bytes from one word of a row to its next. */
  private static final long WORD_BYTES = (long) ROWS * Integer.BYTES;

  private static final int Q8_BLOCK_BYTES = BlockFormat.Q8_0.bytes();

  private VectorTiles() {}

  /**
   * Q8_0 matrix × vector: {@link Simd#LANES} rows, from {@code lane} on, of each of four row
   * groups.
   *
   * <p>One address moves, and three distances from it stay: four moving addresses need more
   * registers. The scales are decoded where the block is read, through an array: decoded ahead for
   * several blocks they spoil the prefetching, inline they exceed what the compiler inlines.
   *
   * @param g0 the first block of the first group, and so on
   * @param scales room for 64 scales
   * @param sums {@code [4 groups][16 rows]}
   */
  static void q8Vector(
      MemorySegment w,
      long g0,
      long g1,
      long g2,
      long g3,
      int blocks,
      int lane,
      float[] x,
      float[] scales,
      float[] sums) {
    long to1 = g1 - g0;
    long to2 = g2 - g0;
    long to3 = g3 - g0;
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    FloatVector a2 = FloatVector.zero(F);
    FloatVector a3 = FloatVector.zero(F);
    for (int b = 0; b < blocks; b++) {
      FloatVector s0 = FloatVector.zero(F);
      FloatVector s1 = FloatVector.zero(F);
      FloatVector s2 = FloatVector.zero(F);
      FloatVector s3 = FloatVector.zero(F);
      long block = g0 + (long) b * Q8_BLOCK_BYTES;
      long at = block + SCALE_BYTES + lane;
      int column = b * COLUMNS;
      for (int k = 0; k < COLUMNS; k++, at += ROWS) {
        FloatVector e = FloatVector.broadcast(F, x[column + k]);
        s0 = Simd.bytes(w, at).fma(e, s0);
        s1 = Simd.bytes(w, at + to1).fma(e, s1);
        s2 = Simd.bytes(w, at + to2).fma(e, s2);
        s3 = Simd.bytes(w, at + to3).fma(e, s3);
      }
      VectorDecode.halves(w, block, scales, 0);
      VectorDecode.halves(w, block + to1, scales, ROWS);
      VectorDecode.halves(w, block + to2, scales, 2 * ROWS);
      VectorDecode.halves(w, block + to3, scales, 3 * ROWS);
      a0 = s0.fma(FloatVector.fromArray(F, scales, lane), a0);
      a1 = s1.fma(FloatVector.fromArray(F, scales, ROWS + lane), a1);
      a2 = s2.fma(FloatVector.fromArray(F, scales, 2 * ROWS + lane), a2);
      a3 = s3.fma(FloatVector.fromArray(F, scales, 3 * ROWS + lane), a3);
    }
    a0.intoArray(sums, lane);
    a1.intoArray(sums, ROWS + lane);
    a2.intoArray(sums, 2 * ROWS + lane);
    a3.intoArray(sums, 3 * ROWS + lane);
  }

  /**
   * The chains of a group of a matrix × vector product from a decoded panel, four vectors of rows.
   *
   * @param panel {@code [columns][64 rows]} from {@code panelAt} on, of which the rows from {@code
   *     row} on are taken
   * @param s {@code [64 rows]}
   */
  static void panelVector(
      float[] panel, int panelAt, int row, int columns, float[] x, int xAt, float[] s) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    for (int k = 0; k < columns; k++) {
      FloatVector e = FloatVector.broadcast(F, x[xAt + k]);
      int at = panelAt + k * VECTOR_ROWS + row;
      s0 = FloatVector.fromArray(F, panel, at).fma(e, s0);
      s1 = FloatVector.fromArray(F, panel, at + LANES).fma(e, s1);
      s2 = FloatVector.fromArray(F, panel, at + 2 * LANES).fma(e, s2);
      s3 = FloatVector.fromArray(F, panel, at + 3 * LANES).fma(e, s3);
    }
    s0.intoArray(s, row);
    s1.intoArray(s, row + LANES);
    s2.intoArray(s, row + 2 * LANES);
    s3.intoArray(s, row + 3 * LANES);
  }

  /**
   * The chains of a group of a matrix × vector product from codes of one plane: {@link Simd#LANES}
   * rows of each of four row groups.
   *
   * @param at the first word of the group in the first row group's plane
   * @param to1 how far from it that of the second row group is, and so on
   * @param s the chain of a row group's first lane goes to {@code sAt}, the next group's 16 further
   */
  static void planeVector(
      MemorySegment w,
      long at,
      long to1,
      long to2,
      long to3,
      int bits,
      boolean isSigned,
      int columns,
      float[] x,
      int xAt,
      float[] s,
      int sAt) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    int inWord = Integer.SIZE / bits;
    for (int word = 0; word < columns; word += inWord, at += WORD_BYTES) {
      IntVector c0 = Simd.words(w, at);
      IntVector c1 = Simd.words(w, at + to1);
      IntVector c2 = Simd.words(w, at + to2);
      IntVector c3 = Simd.words(w, at + to3);
      for (int k = 0; k < inWord; k++) {
        FloatVector e = FloatVector.broadcast(F, x[xAt + word + k]);
        s0 = Simd.toFloats(Simd.top(c0, bits, isSigned)).fma(e, s0);
        s1 = Simd.toFloats(Simd.top(c1, bits, isSigned)).fma(e, s1);
        s2 = Simd.toFloats(Simd.top(c2, bits, isSigned)).fma(e, s2);
        s3 = Simd.toFloats(Simd.top(c3, bits, isSigned)).fma(e, s3);
        c0 = c0.lanewise(VectorOperators.LSHL, bits);
        c1 = c1.lanewise(VectorOperators.LSHL, bits);
        c2 = c2.lanewise(VectorOperators.LSHL, bits);
        c3 = c3.lanewise(VectorOperators.LSHL, bits);
      }
    }
    s0.intoArray(s, sAt);
    s1.intoArray(s, sAt + ROWS);
    s2.intoArray(s, sAt + 2 * ROWS);
    s3.intoArray(s, sAt + 3 * ROWS);
  }

  /** sums += s · factors, for 64 rows. */
  static void addScaled(float[] s, float[] factors, int factorsAt, float[] sums) {
    for (int r = 0; r < VECTOR_ROWS; r += LANES) {
      FloatVector.fromArray(F, s, r)
          .fma(FloatVector.fromArray(F, factors, factorsAt + r), FloatVector.fromArray(F, sums, r))
          .intoArray(sums, r);
    }
  }

  /** sums += x · factors, for 64 rows. */
  static void addMultiple(float x, float[] factors, int factorsAt, float[] sums) {
    FloatVector e = FloatVector.broadcast(F, x);
    for (int r = 0; r < VECTOR_ROWS; r += LANES) {
      FloatVector.fromArray(F, factors, factorsAt + r)
          .fma(e, FloatVector.fromArray(F, sums, r))
          .intoArray(sums, r);
    }
  }

  /**
   * What minima add to a tile.
   *
   * @param minima of 32 rows
   * @param xSums of 8 tokens
   * @param sums {@code [8 tokens][32 rows]} from {@code at} on, added to
   */
  static void addMinima(
      float[] minima, int minimaAt, float[] xSums, int xAt, float[] sums, int at) {
    for (int t = 0; t < TILE_TOKENS; t++) {
      FloatVector e = FloatVector.broadcast(F, xSums[xAt + t]);
      for (int r = 0; r < TILE_ROWS; r += LANES) {
        int to = at + t * TILE_ROWS + r;
        FloatVector.fromArray(F, minima, minimaAt + r)
            .fma(e, FloatVector.fromArray(F, sums, to))
            .intoArray(sums, to);
      }
    }
  }

  /**
   * One Q8_0 block of 32 rows × 8 tokens, the weights converted on the fly; 16 lanes.
   *
   * @param p0 the block of the first 16 rows
   * @param p1 the block of the second 16 rows
   * @param scales of the 32 rows
   * @param sums {@code [8 tokens][32 rows]} from {@code at} on, added to
   */
  static void q8Tile(
      MemorySegment w, long p0, long p1, float[] x, int xAt, float[] scales, float[] sums, int at) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector b0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    FloatVector b1 = FloatVector.zero(F);
    FloatVector a2 = FloatVector.zero(F);
    FloatVector b2 = FloatVector.zero(F);
    FloatVector a3 = FloatVector.zero(F);
    FloatVector b3 = FloatVector.zero(F);
    FloatVector a4 = FloatVector.zero(F);
    FloatVector b4 = FloatVector.zero(F);
    FloatVector a5 = FloatVector.zero(F);
    FloatVector b5 = FloatVector.zero(F);
    FloatVector a6 = FloatVector.zero(F);
    FloatVector b6 = FloatVector.zero(F);
    FloatVector a7 = FloatVector.zero(F);
    FloatVector b7 = FloatVector.zero(F);
    long at0 = p0 + SCALE_BYTES;
    long to1 = p1 - p0;
    for (int k = 0; k < COLUMNS; k++, at0 += ROWS) {
      FloatVector v = Simd.bytes(w, at0);
      FloatVector u = Simd.bytes(w, at0 + to1);
      int q = xAt + k * TILE_TOKENS;
      FloatVector e0 = FloatVector.broadcast(F, x[q]);
      a0 = v.fma(e0, a0);
      b0 = u.fma(e0, b0);
      FloatVector e1 = FloatVector.broadcast(F, x[q + 1]);
      a1 = v.fma(e1, a1);
      b1 = u.fma(e1, b1);
      FloatVector e2 = FloatVector.broadcast(F, x[q + 2]);
      a2 = v.fma(e2, a2);
      b2 = u.fma(e2, b2);
      FloatVector e3 = FloatVector.broadcast(F, x[q + 3]);
      a3 = v.fma(e3, a3);
      b3 = u.fma(e3, b3);
      FloatVector e4 = FloatVector.broadcast(F, x[q + 4]);
      a4 = v.fma(e4, a4);
      b4 = u.fma(e4, b4);
      FloatVector e5 = FloatVector.broadcast(F, x[q + 5]);
      a5 = v.fma(e5, a5);
      b5 = u.fma(e5, b5);
      FloatVector e6 = FloatVector.broadcast(F, x[q + 6]);
      a6 = v.fma(e6, a6);
      b6 = u.fma(e6, b6);
      FloatVector e7 = FloatVector.broadcast(F, x[q + 7]);
      a7 = v.fma(e7, a7);
      b7 = u.fma(e7, b7);
    }
    FloatVector d = FloatVector.fromArray(F, scales, 0);
    FloatVector f = FloatVector.fromArray(F, scales, LANES);
    a0.fma(d, FloatVector.fromArray(F, sums, at)).intoArray(sums, at);
    b0.fma(f, FloatVector.fromArray(F, sums, at + LANES)).intoArray(sums, at + LANES);
    a1.fma(d, FloatVector.fromArray(F, sums, at + TILE_ROWS)).intoArray(sums, at + TILE_ROWS);
    b1.fma(f, FloatVector.fromArray(F, sums, at + TILE_ROWS + LANES))
        .intoArray(sums, at + TILE_ROWS + LANES);
    a2.fma(d, FloatVector.fromArray(F, sums, at + 2 * TILE_ROWS))
        .intoArray(sums, at + 2 * TILE_ROWS);
    b2.fma(f, FloatVector.fromArray(F, sums, at + 2 * TILE_ROWS + LANES))
        .intoArray(sums, at + 2 * TILE_ROWS + LANES);
    a3.fma(d, FloatVector.fromArray(F, sums, at + 3 * TILE_ROWS))
        .intoArray(sums, at + 3 * TILE_ROWS);
    b3.fma(f, FloatVector.fromArray(F, sums, at + 3 * TILE_ROWS + LANES))
        .intoArray(sums, at + 3 * TILE_ROWS + LANES);
    a4.fma(d, FloatVector.fromArray(F, sums, at + 4 * TILE_ROWS))
        .intoArray(sums, at + 4 * TILE_ROWS);
    b4.fma(f, FloatVector.fromArray(F, sums, at + 4 * TILE_ROWS + LANES))
        .intoArray(sums, at + 4 * TILE_ROWS + LANES);
    a5.fma(d, FloatVector.fromArray(F, sums, at + 5 * TILE_ROWS))
        .intoArray(sums, at + 5 * TILE_ROWS);
    b5.fma(f, FloatVector.fromArray(F, sums, at + 5 * TILE_ROWS + LANES))
        .intoArray(sums, at + 5 * TILE_ROWS + LANES);
    a6.fma(d, FloatVector.fromArray(F, sums, at + 6 * TILE_ROWS))
        .intoArray(sums, at + 6 * TILE_ROWS);
    b6.fma(f, FloatVector.fromArray(F, sums, at + 6 * TILE_ROWS + LANES))
        .intoArray(sums, at + 6 * TILE_ROWS + LANES);
    a7.fma(d, FloatVector.fromArray(F, sums, at + 7 * TILE_ROWS))
        .intoArray(sums, at + 7 * TILE_ROWS);
    b7.fma(f, FloatVector.fromArray(F, sums, at + 7 * TILE_ROWS + LANES))
        .intoArray(sums, at + 7 * TILE_ROWS + LANES);
  }

  /**
   * One group of 32 rows × 8 tokens from a decoded panel; 16 lanes.
   *
   * @param panel {@code [32 columns][32 rows]} from {@code panelAt} on
   * @param sums {@code [8 tokens][32 rows]} from {@code at} on, added to
   */
  static void panelTile(
      float[] panel,
      int panelAt,
      int columns,
      float[] x,
      int xAt,
      float[] scales,
      int scalesAt,
      float[] sums,
      int at) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector b0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    FloatVector b1 = FloatVector.zero(F);
    FloatVector a2 = FloatVector.zero(F);
    FloatVector b2 = FloatVector.zero(F);
    FloatVector a3 = FloatVector.zero(F);
    FloatVector b3 = FloatVector.zero(F);
    FloatVector a4 = FloatVector.zero(F);
    FloatVector b4 = FloatVector.zero(F);
    FloatVector a5 = FloatVector.zero(F);
    FloatVector b5 = FloatVector.zero(F);
    FloatVector a6 = FloatVector.zero(F);
    FloatVector b6 = FloatVector.zero(F);
    FloatVector a7 = FloatVector.zero(F);
    FloatVector b7 = FloatVector.zero(F);
    for (int k = 0; k < columns; k++) {
      FloatVector v = FloatVector.fromArray(F, panel, panelAt + k * TILE_ROWS);
      FloatVector u = FloatVector.fromArray(F, panel, panelAt + k * TILE_ROWS + LANES);
      int q = xAt + k * TILE_TOKENS;
      FloatVector e0 = FloatVector.broadcast(F, x[q]);
      a0 = v.fma(e0, a0);
      b0 = u.fma(e0, b0);
      FloatVector e1 = FloatVector.broadcast(F, x[q + 1]);
      a1 = v.fma(e1, a1);
      b1 = u.fma(e1, b1);
      FloatVector e2 = FloatVector.broadcast(F, x[q + 2]);
      a2 = v.fma(e2, a2);
      b2 = u.fma(e2, b2);
      FloatVector e3 = FloatVector.broadcast(F, x[q + 3]);
      a3 = v.fma(e3, a3);
      b3 = u.fma(e3, b3);
      FloatVector e4 = FloatVector.broadcast(F, x[q + 4]);
      a4 = v.fma(e4, a4);
      b4 = u.fma(e4, b4);
      FloatVector e5 = FloatVector.broadcast(F, x[q + 5]);
      a5 = v.fma(e5, a5);
      b5 = u.fma(e5, b5);
      FloatVector e6 = FloatVector.broadcast(F, x[q + 6]);
      a6 = v.fma(e6, a6);
      b6 = u.fma(e6, b6);
      FloatVector e7 = FloatVector.broadcast(F, x[q + 7]);
      a7 = v.fma(e7, a7);
      b7 = u.fma(e7, b7);
    }
    FloatVector d = FloatVector.fromArray(F, scales, scalesAt);
    FloatVector f = FloatVector.fromArray(F, scales, scalesAt + LANES);
    a0.fma(d, FloatVector.fromArray(F, sums, at)).intoArray(sums, at);
    b0.fma(f, FloatVector.fromArray(F, sums, at + LANES)).intoArray(sums, at + LANES);
    a1.fma(d, FloatVector.fromArray(F, sums, at + TILE_ROWS)).intoArray(sums, at + TILE_ROWS);
    b1.fma(f, FloatVector.fromArray(F, sums, at + TILE_ROWS + LANES))
        .intoArray(sums, at + TILE_ROWS + LANES);
    a2.fma(d, FloatVector.fromArray(F, sums, at + 2 * TILE_ROWS))
        .intoArray(sums, at + 2 * TILE_ROWS);
    b2.fma(f, FloatVector.fromArray(F, sums, at + 2 * TILE_ROWS + LANES))
        .intoArray(sums, at + 2 * TILE_ROWS + LANES);
    a3.fma(d, FloatVector.fromArray(F, sums, at + 3 * TILE_ROWS))
        .intoArray(sums, at + 3 * TILE_ROWS);
    b3.fma(f, FloatVector.fromArray(F, sums, at + 3 * TILE_ROWS + LANES))
        .intoArray(sums, at + 3 * TILE_ROWS + LANES);
    a4.fma(d, FloatVector.fromArray(F, sums, at + 4 * TILE_ROWS))
        .intoArray(sums, at + 4 * TILE_ROWS);
    b4.fma(f, FloatVector.fromArray(F, sums, at + 4 * TILE_ROWS + LANES))
        .intoArray(sums, at + 4 * TILE_ROWS + LANES);
    a5.fma(d, FloatVector.fromArray(F, sums, at + 5 * TILE_ROWS))
        .intoArray(sums, at + 5 * TILE_ROWS);
    b5.fma(f, FloatVector.fromArray(F, sums, at + 5 * TILE_ROWS + LANES))
        .intoArray(sums, at + 5 * TILE_ROWS + LANES);
    a6.fma(d, FloatVector.fromArray(F, sums, at + 6 * TILE_ROWS))
        .intoArray(sums, at + 6 * TILE_ROWS);
    b6.fma(f, FloatVector.fromArray(F, sums, at + 6 * TILE_ROWS + LANES))
        .intoArray(sums, at + 6 * TILE_ROWS + LANES);
    a7.fma(d, FloatVector.fromArray(F, sums, at + 7 * TILE_ROWS))
        .intoArray(sums, at + 7 * TILE_ROWS);
    b7.fma(f, FloatVector.fromArray(F, sums, at + 7 * TILE_ROWS + LANES))
        .intoArray(sums, at + 7 * TILE_ROWS + LANES);
  }

  /** The same for one vector of rows: what fits the 16 registers of a 256-bit machine. */
  static void narrowTile(
      float[] panel,
      int panelAt,
      int columns,
      float[] x,
      int xAt,
      float[] scales,
      int scalesAt,
      float[] sums,
      int at) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    FloatVector a2 = FloatVector.zero(F);
    FloatVector a3 = FloatVector.zero(F);
    FloatVector a4 = FloatVector.zero(F);
    FloatVector a5 = FloatVector.zero(F);
    FloatVector a6 = FloatVector.zero(F);
    FloatVector a7 = FloatVector.zero(F);
    for (int k = 0; k < columns; k++) {
      FloatVector v = FloatVector.fromArray(F, panel, panelAt + k * TILE_ROWS);
      int q = xAt + k * TILE_TOKENS;
      FloatVector e0 = FloatVector.broadcast(F, x[q]);
      a0 = v.fma(e0, a0);
      FloatVector e1 = FloatVector.broadcast(F, x[q + 1]);
      a1 = v.fma(e1, a1);
      FloatVector e2 = FloatVector.broadcast(F, x[q + 2]);
      a2 = v.fma(e2, a2);
      FloatVector e3 = FloatVector.broadcast(F, x[q + 3]);
      a3 = v.fma(e3, a3);
      FloatVector e4 = FloatVector.broadcast(F, x[q + 4]);
      a4 = v.fma(e4, a4);
      FloatVector e5 = FloatVector.broadcast(F, x[q + 5]);
      a5 = v.fma(e5, a5);
      FloatVector e6 = FloatVector.broadcast(F, x[q + 6]);
      a6 = v.fma(e6, a6);
      FloatVector e7 = FloatVector.broadcast(F, x[q + 7]);
      a7 = v.fma(e7, a7);
    }
    FloatVector d = FloatVector.fromArray(F, scales, scalesAt);
    a0.fma(d, FloatVector.fromArray(F, sums, at)).intoArray(sums, at);
    a1.fma(d, FloatVector.fromArray(F, sums, at + TILE_ROWS)).intoArray(sums, at + TILE_ROWS);
    a2.fma(d, FloatVector.fromArray(F, sums, at + 2 * TILE_ROWS))
        .intoArray(sums, at + 2 * TILE_ROWS);
    a3.fma(d, FloatVector.fromArray(F, sums, at + 3 * TILE_ROWS))
        .intoArray(sums, at + 3 * TILE_ROWS);
    a4.fma(d, FloatVector.fromArray(F, sums, at + 4 * TILE_ROWS))
        .intoArray(sums, at + 4 * TILE_ROWS);
    a5.fma(d, FloatVector.fromArray(F, sums, at + 5 * TILE_ROWS))
        .intoArray(sums, at + 5 * TILE_ROWS);
    a6.fma(d, FloatVector.fromArray(F, sums, at + 6 * TILE_ROWS))
        .intoArray(sums, at + 6 * TILE_ROWS);
    a7.fma(d, FloatVector.fromArray(F, sums, at + 7 * TILE_ROWS))
        .intoArray(sums, at + 7 * TILE_ROWS);
  }
}
