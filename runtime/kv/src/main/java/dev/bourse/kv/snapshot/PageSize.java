package dev.bourse.kv.snapshot;

import dev.bourse.kv.KvLayout;
import java.math.BigInteger;

/** The size of a page, and its limit: layouts come from files, too, and may say anything. */
final class PageSize {
  private PageSize() {}

  static final long BYTES_MAX = 1L << 30;

  /**
   * Bytes of a page.
   *
   * @throws IllegalArgumentException if they are more than {@link #BYTES_MAX}
   */
  static long of(KvLayout layout) {
    BigInteger floats = BigInteger.TWO;
    for (int factor :
        new int[] {layout.layers(), layout.kvHeads(), layout.headDim(), layout.pageTokens()}) {
      floats = floats.multiply(BigInteger.valueOf(factor));
    }
    if (floats.compareTo(BigInteger.valueOf(BYTES_MAX / Float.BYTES)) > 0) {
      throw new IllegalArgumentException(
          "a page of %,d numbers is too large for a snapshot: the limit is %,d bytes"
              .formatted(floats, BYTES_MAX));
    }
    return layout.pageBytes();
  }
}
