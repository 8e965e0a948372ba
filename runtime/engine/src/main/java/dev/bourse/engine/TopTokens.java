package dev.bourse.engine;

import java.util.Arrays;

/**
 * The largest logits of a row, largest first, equal ones by ascending token id, without sorting the
 * vocabulary: a heap of the best {@code k} is kept while the row is read once.
 */
final class TopTokens {
  private long[] heap = new long[64];
  private int size;

  /**
   * Finds the {@code k} largest of {@code logits[from .. from + n)}; negative infinities and NaNs
   * are never among them.
   */
  void select(float[] logits, int from, int n, int k) {
    size = 0;
    int limit = Math.min(k, n);
    if (heap.length < limit) {
      heap = new long[Math.max(limit, Math.min(n, heap.length * 2))];
    }
    for (int token = 0; token < n; token++) {
      float logit = logits[from + token];
      if (logit > Float.NEGATIVE_INFINITY) {
        offer(key(logit, token), limit);
      }
    }
    Arrays.sort(heap, 0, size);
    for (int i = 0, j = size - 1; i < j; i++, j--) {
      long swap = heap[i];
      heap[i] = heap[j];
      heap[j] = swap;
    }
  }

  int size() {
    return size;
  }

  int token(int rank) {
    return Integer.MAX_VALUE - (int) heap[rank];
  }

  /** Orders by logit, then by descending token id, as a signed 64-bit comparison. */
  private static long key(float logit, int token) {
    // Adding zero turns -0 into +0, so that both compare as equal.
    int bits = Float.floatToRawIntBits(logit + 0f);
    int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return ((long) ordered << 32) | (Integer.MAX_VALUE - token);
  }

  private void offer(long key, int limit) {
    if (size < limit) {
      int child = size++;
      while (child > 0 && heap[(child - 1) / 2] > key) {
        heap[child] = heap[(child - 1) / 2];
        child = (child - 1) / 2;
      }
      heap[child] = key;
    } else if (limit > 0 && key > heap[0]) {
      sink(key);
    }
  }

  private void sink(long key) {
    int parent = 0;
    while (true) {
      int child = 2 * parent + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= key) {
        break;
      }
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = key;
  }
}
