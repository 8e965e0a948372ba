package dev.bourse.grammar;

import java.util.Arrays;

/** Bits as the lengths of runs that take turns, zeros first (the ABI's BRLE). */
final class RunLengths {

  private RunLengths() {}

  static int[] of(long[] bits, int size) {
    int[] runs = new int[16];
    int count = 0;
    int from = 0;
    for (long invert = 0; from < size; invert = ~invert) {
      int to = from;
      while (to < size) {
        long rest = (bits[to >> 6] ^ invert) >>> to;
        if (rest != 0) {
          to += Long.numberOfTrailingZeros(rest);
          break;
        }
        to = (to | 63) + 1;
      }
      to = Math.min(to, size);
      if (count == runs.length) {
        runs = Arrays.copyOf(runs, 2 * count);
      }
      runs[count++] = to - from;
      from = to;
    }
    return Arrays.copyOf(runs, count);
  }
}
