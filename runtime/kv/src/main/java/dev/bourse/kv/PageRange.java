package dev.bourse.kv;

/**
 * Consecutive pages of a context, or of a snapshot.
 *
 * @param first index of the first
 * @param count how many
 */
public record PageRange(int first, int count) {
  /**
   * @throws IllegalArgumentException if it is not a range of at least one page
   */
  public PageRange {
    if (first < 0 || count < 1 || first > Integer.MAX_VALUE - count) {
      throw new IllegalArgumentException("there is no range of " + count + " pages from " + first);
    }
  }

  /** Index of the page after the last. */
  public int end() {
    return first + count;
  }
}
