package dev.bourse.kv;

import java.util.Arrays;

/** The frames of a table's own pages, in order; they go back to the pool one by one. */
final class OwnFrames {
  private final PagePool pool;
  private int[] frames = new int[4];
  private int count;

  OwnFrames(PagePool pool) {
    this.pool = pool;
  }

  int count() {
    return count;
  }

  int first() {
    return frames[0];
  }

  /** Takes free frames, which come last. */
  void allocate(int more) {
    if (count + more > frames.length) {
      frames = Arrays.copyOf(frames, Math.max(count + more, 2 * count));
    }
    for (int i = 0; i < more; i++) {
      frames[count++] = pool.allocate();
    }
  }

  void addFirst(int frame) {
    if (count == frames.length) {
      frames = Arrays.copyOf(frames, 2 * count);
    }
    System.arraycopy(frames, 0, frames, 1, count++);
    frames[0] = frame;
  }

  /** The first frame, which is the caller's from now on. */
  int removeFirst() {
    int frame = frames[0];
    System.arraycopy(frames, 1, frames, 0, --count);
    return frame;
  }

  /** The last frame, which is the caller's from now on. */
  int removeLast() {
    return frames[--count];
  }

  /** Gives all frames back but the first {@code kept}. */
  void keep(int kept) {
    while (count > kept) {
      pool.release(removeLast());
    }
  }

  void copyTo(int[] target, int at) {
    System.arraycopy(frames, 0, target, at, count);
  }

  int[] toArray() {
    return Arrays.copyOf(frames, count);
  }
}
