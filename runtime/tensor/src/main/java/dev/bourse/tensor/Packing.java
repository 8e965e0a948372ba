package dev.bourse.tensor;

/** The layout of packed activations, {@code [tokens/8][cols][8]}. */
final class Packing {
  /** Tokens of a tile. */
  static final int TILE_TOKENS = 8;

  private Packing() {}

  static int tiles(int tokens) {
    return Math.ceilDiv(tokens, TILE_TOKENS);
  }

  /** Floats needed for the activations of {@code tokens} tokens. */
  static int length(int tokens, int cols) {
    return Math.multiplyExact(tiles(tokens) * TILE_TOKENS, cols);
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
