package dev.bourse.text;

import java.util.Arrays;

/** A priority queue of longs, least first: {@link java.util.PriorityQueue} would box them. */
final class LongHeap {

  private long[] values = new long[64];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  void push(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (values[parent] <= value) {
        break;
      }
      values[at] = values[parent];
      at = parent;
    }
    values[at] = value;
  }

  /** Removes the least value; the heap must not be empty. */
  long pop() {
    long least = values[0];
    long last = values[--size];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && values[child + 1] < values[child]) {
        child++;
      }
      if (last <= values[child]) {
        break;
      }
      values[at] = values[child];
      at = child;
    }
    values[at] = last;
    return least;
  }
}
