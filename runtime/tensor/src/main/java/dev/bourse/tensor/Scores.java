package dev.bourse.tensor;

/**
 * How the product of a query and a key becomes a score of attention.
 *
 * @param scale it is multiplied by, usually 1/√headDim
 * @param cap then it becomes cap · tanh(score / cap), so that it stays within ±cap; 0 if it stays
 *     as it is
 */
public record Scores(float scale, float cap) {
  /** Scores that are only scaled. */
  public static Scores scaled(float scale) {
    return new Scores(scale, 0);
  }
}
