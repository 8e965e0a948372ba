package dev.bourse.kv.snapshot;

/**
 * Consecutive pages of a snapshot.
 *
 * @param first the first page
 * @param count how many
 */
public record PageRange(int first, int count) {
  /**
   * @throws IllegalArgumentException if it is not a range of at least one page
   */
  public PageRange {
    if (first < 0 || count <= 0 || first > Integer.MAX_VALUE - count) {
      throw new IllegalArgumentException("there is no range of " + count + " pages from " + first);
    }
  }

  /** The page after the last. */
  public int end() {
    return first + count;
  }
}
