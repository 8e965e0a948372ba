package dev.bourse.tensor;

/** The layout of packed activations, {@code [tokens/8][cols][8]}. */
final class Packing {
  /** Tokens of a tile. */
  static final int TILE_TOKENS = 8;

  /** Columns of a sum of activations. */
  static final int SUM_COLUMNS = 16;

  private Packing() {}

  static int tiles(int tokens) {
    return Math.ceilDiv(tokens, TILE_TOKENS);
  }

  /** Floats needed for the activations of {@code tokens} tokens. */
  static int length(int tokens, int cols) {
    return Math.multiplyExact(tiles(tokens) * TILE_TOKENS, cols);
  }

  /** Where the activation of a token for a column is, in plain or packed form. */
  static int at(int cols, int column, int token, int tokens) {
    return tokens == 1
        ? column
        : (token / TILE_TOKENS * cols + column) * TILE_TOKENS + token % TILE_TOKENS;
  }

  /** Floats needed for the sums of the activations of {@code tokens} tokens. */
  static int sumsLength(int tokens, int cols) {
    return tokens == 1 ? cols / SUM_COLUMNS : length(tokens, cols / SUM_COLUMNS);
  }

  /**
   * Sums activations over 16 columns each, in order, from 0.
   *
   * @param x {@code [cols]} for one token, else packed
   * @param firstTile first tile of 8 tokens; 0 for one token
   * @param endTile last tile, exclusive
   * @param sums in the order of {@code x}: {@code [cols/16]} or {@code [tokens/8][cols/16][8]}
   */
  static void sums(float[] x, int tokens, int cols, int firstTile, int endTile, float[] sums) {
    int width = tokens == 1 ? 1 : TILE_TOKENS;
    int groups = cols / SUM_COLUMNS;
    for (int group = firstTile * groups; group < endTile * groups; group++) {
      int to = group * width;
      for (int t = 0; t < width; t++) {
        sums[to + t] = 0f;
      }
      for (int k = 0; k < SUM_COLUMNS; k++) {
        int from = (group * SUM_COLUMNS + k) * width;
        for (int t = 0; t < width; t++) {
          sums[to + t] += x[from + t];
        }
      }
    }
  }

  /** The sum over a group of 16 or 32 columns; that over 32 is the sum of two. */
  static float sum(float[] sums, int cols, int column, int columns, int token, int tokens) {
    int at = at(cols / SUM_COLUMNS, column / SUM_COLUMNS, token, tokens);
    return columns == SUM_COLUMNS
        ? sums[at]
        : sums[at] + sums[at + (tokens == 1 ? 1 : TILE_TOKENS)];
  }

  /** The same for the 8 tokens of a tile. */
  static void tileSums(float[] sums, int cols, int column, int columns, int tile, float[] out) {
    for (int t = 0; t < TILE_TOKENS; t++) {
      out[t] = sum(sums, cols, column, columns, tile * TILE_TOKENS + t, TILE_TOKENS);
    }
  }

  /** Scatters one token's activations with stride 8; zeros if there is no such token. */
  static void packToken(float[] x, int token, int tokens, int cols, float[] packed, int at) {
    if (token >= tokens) {
      for (int k = 0; k < cols; k++) {
        packed[at + k * TILE_TOKENS] = 0f;
      }
      return;
    }
    int from = token * cols;
    for (int k = 0; k < cols; k++) {
      packed[at + k * TILE_TOKENS] = x[from + k];
    }
  }
}
