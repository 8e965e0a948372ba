package dev.bourse.scheduler.market;

import java.util.Arrays;

/**
 * Which contexts hold a forced lease, and when it ends: columns in the order of contexts, so that
 * one is found by halving. There are as many as claims were forced within one such lease: few.
 */
final class ForcedLeases {
  private int size;
  private long[] contexts = new long[64];
  private long[] ends = new long[64];

  /** The tick at which a context's lease ends; 0 if it holds none. */
  long end(long context) {
    int at = Arrays.binarySearch(contexts, 0, size, context);
    return at < 0 ? 0 : ends[at];
  }

  /** Gives a context a lease, or a new end to the one it holds. */
  void begin(long context, long end) {
    int found = Arrays.binarySearch(contexts, 0, size, context);
    int at = found < 0 ? -found - 1 : found;
    if (found < 0) {
      if (size == contexts.length) {
        contexts = Arrays.copyOf(contexts, size * 2);
        ends = Arrays.copyOf(ends, size * 2);
      }
      System.arraycopy(contexts, at, contexts, at + 1, size - at);
      System.arraycopy(ends, at, ends, at + 1, size - at);
      size++;
    }
    contexts[at] = context;
    ends[at] = end;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void remove(long context) {
    int at = Arrays.binarySearch(contexts, 0, size, context);
    if (at >= 0) {
      size--;
      System.arraycopy(contexts, at + 1, contexts, at, size - at);
      System.arraycopy(ends, at + 1, ends, at, size - at);
    }
  }

  /** Removes every lease that has ended by {@code tick}. */
  void expire(long tick) {
    int kept = 0;
    for (int at = 0; at < size; at++) {
      if (ends[at] > tick) {
        contexts[kept] = contexts[at];
        ends[kept] = ends[at];
        kept++;
      }
    }
    size = kept;
  }
}
