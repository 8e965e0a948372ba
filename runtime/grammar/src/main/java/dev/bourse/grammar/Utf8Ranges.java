package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.List;

/**
 * Ranges of characters as sequences of ranges of bytes: every UTF-8 form of a character in the
 * range, and nothing else. The method is that of Ken Thompson's grep and RE2.
 */
final class Utf8Ranges {

  /** The largest character of one, two, three and four bytes. */
  private static final int[] LAST = {0x7F, 0x7FF, 0xFFFF, Character.MAX_CODE_POINT};

  private Utf8Ranges() {}

  /** For each sequence: first and last of its first byte, of its second byte, and so on. */
  static List<int[]> of(int first, int last) {
    List<int[]> sequences = new ArrayList<>();
    int from = first;
    for (int max : LAST) {
      if (from <= last && from <= max) {
        split(from, Math.min(last, max), sequences);
        from = max + 1;
      }
    }
    return sequences;
  }

  /** Both ends have equally many bytes; splits until only trailing bytes run through all values. */
  private static void split(int first, int last, List<int[]> sequences) {
    if (last > 0x7F) {
      for (int bits = 6; bits <= 18; bits += 6) {
        int mask = (1 << bits) - 1;
        if (first >> bits != last >> bits) {
          if ((first & mask) != 0) {
            split(first, first | mask, sequences);
            split((first | mask) + 1, last, sequences);
            return;
          }
          if ((last & mask) != mask) {
            split(first, (last & ~mask) - 1, sequences);
            split(last & ~mask, last, sequences);
            return;
          }
        }
      }
    }
    int[] low = bytes(first);
    int[] high = bytes(last);
    int[] sequence = new int[2 * low.length];
    for (int i = 0; i < low.length; i++) {
      sequence[2 * i] = low[i];
      sequence[2 * i + 1] = high[i];
    }
    sequences.add(sequence);
  }

  static int[] bytes(int c) {
    if (c <= 0x7F) {
      return new int[] {c};
    } else if (c <= 0x7FF) {
      return new int[] {0xC0 | c >> 6, tail(c)};
    } else if (c <= 0xFFFF) {
      return new int[] {0xE0 | c >> 12, tail(c >> 6), tail(c)};
    }
    return new int[] {0xF0 | c >> 18, tail(c >> 12), tail(c >> 6), tail(c)};
  }

  private static int tail(int bits) {
    return 0x80 | (bits & 0x3F);
  }
}
