package dev.bourse.model;

/**
 * What an adapter adds to one projection: {@code y += scale · B (A x)}.
 *
 * <p>Both matrices are stored transposed, so that sums run over elements that lie next to each
 * other. Nobody changes them.
 *
 * @param rank of the matrices, at least 1
 * @param scale alpha divided by the rank
 * @param a {@code [columns][rank]}
 * @param b {@code [rank][rows]}
 */
@SuppressWarnings("ArrayRecordComponent") // weights are not compared
public record LowRank(int rank, float scale, float[] a, float[] b) {
  /**
   * @throws IllegalArgumentException if the rank is not positive, the scale not finite, or a matrix
   *     does not have the rank
   */
  public LowRank {
    if (rank < 1 || a.length % rank != 0 || b.length % rank != 0) {
      throw new IllegalArgumentException(
          "matrices of %d and %d floats do not have rank %d".formatted(a.length, b.length, rank));
    }
    if (!Float.isFinite(scale)) {
      throw new IllegalArgumentException("a scale of " + scale + " is not a finite number");
    }
  }

  /** Floats that go in. */
  public int columns() {
    return a.length / rank;
  }

  /** Floats that come out. */
  public int rows() {
    return b.length / rank;
  }

  /**
   * Adds to one row, always by the same operations in the same order: u = Aᵀ-columns times x in the
   * order of x, u times the scale, then y += B u in the order of u.
   *
   * @param low {@code rank} floats of working memory from {@code lowAt} on
   */
  void addTo(float[] x, int xAt, float[] y, int yAt, float[] low, int lowAt) {
    int columns = columns();
    int rows = rows();
    for (int j = 0; j < rank; j++) {
      low[lowAt + j] = 0;
    }
    for (int k = 0; k < columns; k++) {
      multiplyAdd(x[xAt + k], a, k * rank, low, lowAt, rank);
    }
    for (int j = 0; j < rank; j++) {
      multiplyAdd(low[lowAt + j] * scale, b, j * rows, y, yAt, rows);
    }
  }

  /** A hot loop of primitives that the compiler turns into vector instructions. */
  private static void multiplyAdd(float factor, float[] w, int wAt, float[] sum, int at, int n) {
    for (int i = 0; i < n; i++) {
      sum[at + i] += factor * w[wAt + i];
    }
  }
}
