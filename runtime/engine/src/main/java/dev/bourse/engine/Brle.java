package dev.bourse.engine;

/**
 * Boolean run-length encoding, the form in which guests pass masks: the lengths of alternating
 * runs, the first of them of {@code false}.
 */
public final class Brle {
  private Brle() {}

  /**
   * Expands {@code runs} to a bit set of {@code size} bits; what the runs do not reach is false.
   *
   * @param runs run lengths as unsigned 32-bit integers
   * @return one bit an entry, 64 a word
   * @throws IllegalArgumentException if the runs together are longer than {@code size}
   */
  public static long[] decode(int[] runs, int size) {
    long[] bits = new long[Math.ceilDiv(size, 64)];
    long at = 0;
    boolean value = false;
    for (int run : runs) {
      long end = at + Integer.toUnsignedLong(run);
      if (end > size) {
        throw new IllegalArgumentException(
            "a mask of " + end + " entries does not fit the " + size + " it applies to");
      }
      if (value) {
        for (long i = at; i < end; i++) {
          bits[(int) (i >> 6)] |= 1L << i;
        }
      }
      at = end;
      value = !value;
    }
    return bits;
  }

  /** Whether no entry is set. */
  static boolean isEmpty(int[] runs) {
    for (int i = 1; i < runs.length; i += 2) {
      if (runs[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether entry {@code index} is set; entries past the end are not. */
  static boolean get(long[] bits, int index) {
    return index >> 6 < bits.length && (bits[index >> 6] & 1L << index) != 0;
  }
}
