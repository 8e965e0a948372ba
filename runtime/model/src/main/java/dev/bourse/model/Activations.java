package dev.bourse.model;

/**
 * The buffers of a forward pass, all {@code [rows][width]}. They grow to the largest batch seen and
 * are used again by every layer of every step.
 */
final class Activations {
  private final ModelConfig config;
  private final int rowsMax;
  private int rows;

  /** The hidden states, {@code [rows][hidden]}. */
  float[] hidden = {};

  /** A block's normalized input, later the same block's output, {@code [rows][hidden]}. */
  float[] block = {};

  /** Queries, keys and values: {@code [rows][heads × headDim]}, and {@code kvHeads} for two. */
  final float[][] qkv = {{}, {}, {}};

  /** What attention returns, {@code [rows][heads × headDim]}. */
  float[] attended = {};

  /** The two halves of a feed-forward block, {@code [rows][feedForward]}. */
  final float[][] gateUp = {{}, {}};

  /**
   * Empty buffers.
   *
   * @throws IllegalArgumentException if {@code rowsMax} is not positive, or so large that a buffer
   *     would not fit an array
   */
  Activations(ModelConfig config, int rowsMax) {
    int widest =
        Math.max(
            Math.max(config.hiddenSize(), config.feedForwardSize()),
            config.attention().queryWidth());
    if (rowsMax < 1 || (long) rowsMax * widest > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a batch of up to "
              + rowsMax
              + " rows: 1 to "
              + (Integer.MAX_VALUE - 8) / widest
              + " are possible with this model");
    }
    this.config = config;
    this.rowsMax = rowsMax;
  }

  /**
   * Makes room for a batch.
   *
   * @throws IllegalArgumentException if it has more rows than agreed
   */
  void require(int wanted) {
    if (wanted > rowsMax) {
      throw new IllegalArgumentException(
          "the batch has " + wanted + " rows; this forward pass was made for " + rowsMax);
    }
    if (wanted <= rows) {
      return;
    }
    rows = (int) Math.min(rowsMax, Math.max(wanted, 2L * rows));
    hidden = new float[rows * config.hiddenSize()];
    block = new float[rows * config.hiddenSize()];
    qkv[0] = new float[rows * config.attention().queryWidth()];
    qkv[1] = new float[rows * config.attention().kvWidth()];
    qkv[2] = new float[rows * config.attention().kvWidth()];
    attended = new float[rows * config.attention().queryWidth()];
    gateUp[0] = new float[rows * config.feedForwardSize()];
    gateUp[1] = new float[rows * config.feedForwardSize()];
  }
}
