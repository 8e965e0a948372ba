package dev.bourse.scheduler.market;

import java.util.Arrays;

/**
 * Small numbers for things that open and close, so that columns are short: a closed number is given
 * out again, the one that was closed first before the others, but not before it has {@linkplain
 * #rest rested}. Until then whoever still has it is told that it is closed.
 */
final class Numbers {
  /** Open at once, at most. */
  static final int OPEN_MAX = 1 << 22;

  private final String what;
  private boolean[] open = new boolean[64];
  private int size;

  /** A ring of closed numbers: from {@code head} to {@code rested} they may be given out again. */
  private int[] closed = new int[64];

  private int head;
  private int rested;
  private int tail;

  /**
   * @param what is numbered, as errors call it
   */
  Numbers(String what) {
    this.what = what;
  }

  /** All numbers that were ever given out are below. */
  int limit() {
    return size;
  }

  /**
   * Opens a number.
   *
   * @throws IllegalStateException if {@link #OPEN_MAX} are in use
   */
  int open() {
    int number = head != rested ? closed[head++ & (closed.length - 1)] : fresh();
    open[number] = true;
    return number;
  }

  private int fresh() {
    if (size == OPEN_MAX) {
      throw new IllegalStateException(
          "no " + what + " is left of " + OPEN_MAX + ": close some, and distribute");
    }
    if (size == open.length) {
      grow();
    }
    return size++;
  }

  void close(int number) {
    open[number] = false;
    closed[tail++ & (closed.length - 1)] = number;
  }

  /** From now on all that are closed may be given out again. */
  void rest() {
    rested = tail;
  }

  boolean isOpen(int number) {
    return number >= 0 && number < size && open[number];
  }

  /**
   * Asserts that a number is open.
   *
   * @throws IllegalStateException naming it if it is closed
   * @throws IllegalArgumentException naming it if there was never one
   */
  void check(int number) {
    if (isOpen(number)) {
      return;
    }
    if (number < 0 || number >= size) {
      throw new IllegalArgumentException("there is no " + what + " " + number);
    }
    throw new IllegalStateException(what + " " + number + " is closed");
  }

  private void grow() {
    int capacity = size * 2;
    open = Arrays.copyOf(open, capacity);
    int[] ring = new int[capacity];
    for (int at = head; at != tail; at++) {
      ring[at - head] = closed[at & (closed.length - 1)];
    }
    rested -= head;
    tail -= head;
    head = 0;
    closed = ring;
  }
}
