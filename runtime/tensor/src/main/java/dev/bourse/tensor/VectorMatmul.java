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
      WeightMatrix w, int first, int end, float[] x, int tokens, float[] y, Scratch scratch) {
    if (tokens == 1) {
      for (int group = first; group < end; group += VECTOR_GROUPS) {
        vector(w, group, end, x, y, scratch);
      }
    } else {
      for (int group = first; group < end; group += TILE_GROUPS) {
        tiles(w, group, end, x, tokens, y, scratch);
      }
    }
  }

  private static void vector(
      WeightMatrix w, int group, int end, float[] x, float[] y, Scratch scratch) {
    float[] sums = scratch.zeroedSums(VECTOR_ROWS);
    if (w.format() == BlockFormat.Q8_0) {
      q8Vector(w, group, end, x, scratch.scales, sums);
    } else {
      for (int b = 0; b < w.blocks(); b++) {
        VectorDecode.panel(w, group, VECTOR_GROUPS, end, b, 1, scratch.panel, scratch.scales);
        for (int row = 0; row < VECTOR_ROWS; row += 4 * LANES) {
          VectorTiles.panelVector(scratch.panel, row, x, b * COLUMNS, scratch.scales, sums);
        }
      }
    }
    int row = group * ROWS;
    int present = Math.min(VECTOR_ROWS, Math.min(w.rows(), end * ROWS) - row);
    System.arraycopy(sums, 0, y, row, present);
  }

  private static void q8Vector(
      WeightMatrix w, int group, int end, float[] x, float[] scales, float[] sums) {
    long g0 = w.blockOffset(group, 0);
    long g1 = w.blockOffset(Math.min(group + 1, end - 1), 0);
    long g2 = w.blockOffset(Math.min(group + 2, end - 1), 0);
    long g3 = w.blockOffset(Math.min(group + 3, end - 1), 0);
    for (int lane = 0; lane < ROWS; lane += LANES) {
      VectorTiles.q8Vector(w.segment(), g0, g1, g2, g3, w.blocks(), lane, x, scales, sums);
    }
  }

  private static void tiles(
      WeightMatrix w, int group, int end, float[] x, int tokens, float[] y, Scratch scratch) {
    int tiles = Packing.tiles(tokens);
    float[] sums = scratch.zeroedSums(tiles * TILE_SUMS);
    if (w.format() == BlockFormat.Q8_0 && tokens <= FUSED_TOKENS_MAX && LANES == ROWS) {
      fusedTiles(w, group, end, x, tiles, sums, scratch.scales);
    } else {
      panelTiles(w, group, end, x, tiles, sums, scratch);
    }
    storeSums(w, group, end, sums, tokens, y);
  }

  private static void fusedTiles(
      WeightMatrix w, int group, int end, float[] x, int tiles, float[] sums, float[] scales) {
    int tileFloats = w.cols() * TILE_TOKENS;
    for (int b = 0; b < w.blocks(); b++) {
      long p0 = w.blockOffset(group, b);
      long p1 = w.blockOffset(Math.min(group + 1, end - 1), b);
      VectorDecode.scales(w.segment(), p0, scales, 0);
      VectorDecode.scales(w.segment(), p1, scales, ROWS);
      for (int tile = 0; tile < tiles; tile++) {
        int xAt = tile * tileFloats + b * COLUMNS * TILE_TOKENS;
        VectorTiles.q8Tile(w.segment(), p0, p1, x, xAt, scales, sums, tile * TILE_SUMS);
      }
    }
  }

  private static void panelTiles(
      WeightMatrix w, int group, int end, float[] x, int tiles, float[] sums, Scratch scratch) {
    int depth = Scratch.PANEL_COLUMNS / COLUMNS;
    int tileFloats = w.cols() * TILE_TOKENS;
    for (int block = 0; block < w.blocks(); block += depth) {
      int blocks = Math.min(depth, w.blocks() - block);
      VectorDecode.panel(w, group, TILE_GROUPS, end, block, blocks, scratch.panel, scratch.scales);
      for (int tile = 0; tile < tiles; tile++) {
        int xAt = tile * tileFloats + block * COLUMNS * TILE_TOKENS;
        for (int b = 0; b < blocks; b++) {
          panelTile(scratch, b, x, xAt + b * COLUMNS * TILE_TOKENS, sums, tile * TILE_SUMS);
        }
      }
    }
  }

  private static void panelTile(
      Scratch scratch, int block, float[] x, int xAt, float[] sums, int at) {
    int panelAt = block * COLUMNS * TILE_ROWS;
    int scalesAt = block * TILE_ROWS;
    if (LANES == ROWS) {
      VectorTiles.panelTile(scratch.panel, panelAt, x, xAt, scratch.scales, scalesAt, sums, at);
    } else {
      for (int row = 0; row < TILE_ROWS; row += LANES) {
        VectorTiles.narrowTile(
            scratch.panel, panelAt + row, x, xAt, scratch.scales, scalesAt + row, sums, at + row);
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
