package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.COLUMNS;
import static dev.bourse.tensor.BlockFormat.ROWS;
import static dev.bourse.tensor.Packing.TILE_TOKENS;
import static dev.bourse.tensor.Simd.LANES;

/**
 * Chooses how a product is tiled: by the number of tokens, the format and the vector width. The
 * choice never shows in the result.
 *
 * <ul>
 *   <li>One token: 64 rows at once, four independent chains a vector of columns.
 *   <li>A few tokens of a format with a fused kernel: weights are converted inside the tile.
 *   <li>Else a panel of 32 rows is decoded once and used by all tiles of 8 tokens.
 * </ul>
 */
final class VectorMatmul {
  /** Row groups of a matrix × vector step, and their rows. */
  static final int VECTOR_GROUPS = 4;

  static final int VECTOR_ROWS = VECTOR_GROUPS * ROWS;

  /** Row groups of a tile, and their rows. */
  static final int TILE_GROUPS = 2;

  static final int TILE_ROWS = TILE_GROUPS * ROWS;

  /** Up to here converting weights again for each tile is cheaper than going through a panel. */
  static final int FUSED_TOKENS_MAX = 64;

  /** Floats of the sums of a tile: {@code [8 tokens][32 rows]}. */
  private static final int TILE_SUMS = TILE_TOKENS * TILE_ROWS;

  private VectorMatmul() {}

  static void matmul(
      WeightMatrix w,
      int first,
      int end,
      float[] x,
      float[] xSums,
      int tokens,
      float[] y,
      Scratch scratch) {
    if (tokens == 1) {
      for (int group = first; group < end; group += VECTOR_GROUPS) {
        vector(w, group, end, x, xSums, y, scratch);
      }
    } else {
      for (int group = first; group < end; group += TILE_GROUPS) {
        tiles(w, group, end, x, xSums, tokens, y, scratch);
      }
    }
  }

  private static void vector(
      WeightMatrix w, int group, int end, float[] x, float[] xSums, float[] y, Scratch scratch) {
    float[] sums = scratch.zeroedSums(VECTOR_ROWS);
    if (w.format() == BlockFormat.Q8_0) {
      q8Vector(w, group, end, x, scratch.scales, sums);
    } else {
      for (int slice = 0; slice < w.slices(); slice++) {
        slice(w, group, end, slice, x, xSums, sums, scratch);
      }
    }
    int row = group * ROWS;
    int present = Math.min(VECTOR_ROWS, Math.min(w.rows(), end * ROWS) - row);
    System.arraycopy(sums, 0, y, row, present);
  }

  private static void q8Vector(
      WeightMatrix w, int group, int end, float[] x, float[] scales, float[] sums) {
    long g0 = w.headOffset(group, 0);
    long g1 = w.headOffset(Math.min(group + 1, end - 1), 0);
    long g2 = w.headOffset(Math.min(group + 2, end - 1), 0);
    long g3 = w.headOffset(Math.min(group + 3, end - 1), 0);
    for (int lane = 0; lane < ROWS; lane += LANES) {
      VectorTiles.q8Vector(w.segment(), g0, g1, g2, g3, w.slices(), lane, x, scales, sums);
    }
  }

  private static void slice(
      WeightMatrix w,
      int group,
      int end,
      int slice,
      float[] x,
      float[] xSums,
      float[] sums,
      Scratch scratch) {
    BlockFormat format = w.format();
    boolean fused = isOnePlane(format);
    if (fused) {
      for (int g = 0; g < VECTOR_GROUPS; g++) {
        int from = Math.min(group + g, end - 1);
        VectorDecode.scales(w, from, slice, scratch, g * ROWS, VECTOR_ROWS);
      }
    } else {
      VectorDecode.panel(w, group, VECTOR_GROUPS, end, slice, 1, scratch);
    }
    int columns = format.groupColumns();
    for (int g = 0; g < format.groups(); g++) {
      int column = slice * COLUMNS + g * columns;
      if (fused) {
        planeVector(w, group, end, slice, g, x, column, scratch.chains);
      } else {
        for (int row = 0; row < VECTOR_ROWS; row += 4 * LANES) {
          int panelAt = g * columns * VECTOR_ROWS;
          VectorTiles.panelVector(scratch.panel, panelAt, row, columns, x, column, scratch.chains);
        }
      }
      VectorTiles.addScaled(scratch.chains, scratch.scales, g * VECTOR_ROWS, sums);
      if (format.scaling().hasMinima()) {
        float xSum = Packing.sum(xSums, w.cols(), column, columns, 0, 1);
        VectorTiles.addMultiple(xSum, scratch.minima, g * VECTOR_ROWS, sums);
      }
    }
  }

  private static boolean isOnePlane(BlockFormat format) {
    return format.codes().lowBits() > 0
        && format.codes().highBits() == 0
        && format.codes().levels() == null;
  }

  private static void planeVector(
      WeightMatrix w, int group, int end, int slice, int g, float[] x, int xAt, float[] chains) {
    BlockFormat format = w.format();
    int bits = format.codes().lowBits();
    int columns = format.groupColumns();
    long at =
        w.sliceOffset(group, slice)
            + format.elementsAt()
            + BlockFormat.wordAt(bits, g * columns, 0);
    long groupBytes = w.groupBytes();
    long to1 = Math.min(1, end - 1 - group) * groupBytes;
    long to2 = Math.min(2, end - 1 - group) * groupBytes;
    long to3 = Math.min(3, end - 1 - group) * groupBytes;
    for (int lane = 0; lane < ROWS; lane += LANES) {
      VectorTiles.planeVector(
          w.segment(),
          at + (long) lane * Integer.BYTES,
          to1,
          to2,
          to3,
          bits,
          format.codes().isSigned(),
          columns,
          x,
          xAt,
          chains,
          lane);
    }
  }

  private static void tiles(
      WeightMatrix w,
      int group,
      int end,
      float[] x,
      float[] xSums,
      int tokens,
      float[] y,
      Scratch scratch) {
    int tiles = Packing.tiles(tokens);
    float[] sums = scratch.zeroedSums(tiles * TILE_SUMS);
    if (w.format() == BlockFormat.Q8_0 && tokens <= FUSED_TOKENS_MAX && LANES == ROWS) {
      fusedTiles(w, group, end, x, tiles, sums, scratch.scales);
    } else {
      panelTiles(w, group, end, x, xSums, tiles, sums, scratch);
    }
    storeSums(w, group, end, sums, tokens, y);
  }

  private static void fusedTiles(
      WeightMatrix w, int group, int end, float[] x, int tiles, float[] sums, float[] scales) {
    int tileFloats = w.cols() * TILE_TOKENS;
    for (int b = 0; b < w.slices(); b++) {
      long p0 = w.headOffset(group, b);
      long p1 = w.headOffset(Math.min(group + 1, end - 1), b);
      VectorDecode.halves(w.segment(), p0, scales, 0);
      VectorDecode.halves(w.segment(), p1, scales, ROWS);
      for (int tile = 0; tile < tiles; tile++) {
        int xAt = tile * tileFloats + b * COLUMNS * TILE_TOKENS;
        VectorTiles.q8Tile(w.segment(), p0, p1, x, xAt, scales, sums, tile * TILE_SUMS);
      }
    }
  }

  private static void panelTiles(
      WeightMatrix w,
      int group,
      int end,
      float[] x,
      float[] xSums,
      int tiles,
      float[] sums,
      Scratch scratch) {
    int depth = Scratch.PANEL_COLUMNS / COLUMNS;
    int columns = w.format().groupColumns();
    for (int slice = 0; slice < w.slices(); slice += depth) {
      int slices = Math.min(depth, w.slices() - slice);
      VectorDecode.panel(w, group, TILE_GROUPS, end, slice, slices, scratch);
      for (int tile = 0; tile < tiles; tile++) {
        int tokens = tile * TILE_TOKENS;
        for (int g = 0; g < slices * w.format().groups(); g++) {
          int column = slice * COLUMNS + g * columns;
          int xAt = Packing.at(w.cols(), column, tokens, TILE_TOKENS);
          panelTile(scratch, g, columns, x, xAt, sums, tile * TILE_SUMS);
          if (w.format().scaling().hasMinima()) {
            Packing.tileSums(xSums, w.cols(), column, columns, tile, scratch.lanes);
            VectorTiles.addMinima(
                scratch.minima, g * TILE_ROWS, scratch.lanes, 0, sums, tile * TILE_SUMS);
          }
        }
      }
    }
  }

  private static void panelTile(
      Scratch scratch, int group, int columns, float[] x, int xAt, float[] sums, int at) {
    int panelAt = group * columns * TILE_ROWS;
    int scalesAt = group * TILE_ROWS;
    if (LANES == ROWS) {
      VectorTiles.panelTile(
          scratch.panel, panelAt, columns, x, xAt, scratch.scales, scalesAt, sums, at);
    } else {
      for (int row = 0; row < TILE_ROWS; row += LANES) {
        VectorTiles.narrowTile(
            scratch.panel,
            panelAt + row,
            columns,
            x,
            xAt,
            scratch.scales,
            scalesAt + row,
            sums,
            at + row);
      }
    }
  }

  private static void storeSums(
      WeightMatrix w, int group, int end, float[] sums, int tokens, float[] y) {
    int row = group * ROWS;
    int present = Math.min(TILE_ROWS, Math.min(w.rows(), end * ROWS) - row);
    for (int t = 0; t < tokens; t++) {
      System.arraycopy(sums, t * TILE_ROWS, y, t * w.rows() + row, present);
    }
  }
}
