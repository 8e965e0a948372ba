package dev.bourse.kv;

/**
 * Consecutive pages of a context.
 *
 * @param first index of the first
 * @param count how many
 */
public record PageRange(int first, int count) {
  public PageRange {
    if (first < 0 || count < 1 || first > Integer.MAX_VALUE - count) {
      throw new IllegalArgumentException(count + " pages from page " + first + " on");
    }
  }

  /** Index of the page after the last. */
  public int end() {
    return first + count;
  }
}
