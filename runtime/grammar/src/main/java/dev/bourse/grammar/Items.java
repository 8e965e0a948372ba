package dev.bourse.grammar;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/** Pairs of a state and a frame, without duplicates, while they are being collected. */
final class Items {

  private static final int LINEAR_MAX = 16;

  private int[] states = new int[8];
  private Frame[] frames = new Frame[8];
  private int size;
  private final Set<Item> set = new HashSet<>();

  private record Item(int state, Frame frame) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Item that && state == that.state && frame.is(that.frame);
    }

    @Override
    public int hashCode() {
      return 31 * state + Long.hashCode(frame.id);
    }
  }

  void add(int state, Frame frame) {
    if (contains(state, frame)) {
      return;
    }
    if (size == Limits.ALTERNATIVES_MAX) {
      throw GrammarException.limit("alternatives to follow at once", size + 1L, size);
    }
    if (size == states.length) {
      states = Arrays.copyOf(states, 2 * size);
      frames = Arrays.copyOf(frames, 2 * size);
    }
    states[size] = state;
    frames[size++] = frame;
  }

  private boolean contains(int state, Frame frame) {
    if (size < LINEAR_MAX) {
      for (int i = 0; i < size; i++) {
        if (states[i] == state && frames[i].is(frame)) {
          return true;
        }
      }
      return false;
    }
    if (set.isEmpty()) {
      for (int i = 0; i < size; i++) {
        set.add(new Item(states[i], frames[i]));
      }
    }
    return !set.add(new Item(state, frame));
  }

  int size() {
    return size;
  }

  int state(int i) {
    return states[i];
  }

  Frame frame(int i) {
    return frames[i];
  }

  /** Puts the items in the order that makes equal sets equal arrays. */
  void sort() {
    if (size < 2) {
      return;
    }
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(i -> states[i])
                    .thenComparingLong(i -> frames[i].id))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] sortedStates = new int[size];
    Frame[] sortedFrames = new Frame[size];
    for (int i = 0; i < size; i++) {
      sortedStates[i] = states[order[i]];
      sortedFrames[i] = frames[order[i]];
    }
    states = sortedStates;
    frames = sortedFrames;
  }

  int[] states() {
    return Arrays.copyOf(states, size);
  }

  Frame[] frames() {
    return Arrays.copyOf(frames, size);
  }
}
