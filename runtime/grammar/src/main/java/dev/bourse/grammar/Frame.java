package dev.bourse.grammar;

import java.util.Arrays;

/**
 * Where to go on when a rule has ended: in any one of some states, each with the frame of the rule
 * that it belongs to. So a frame is the top of a whole bundle of stacks that share what they can
 * (Tomita's graph-structured stack). Immutable; equal frames are one object, so a fork costs
 * nothing and equal stacks are recognized by identity.
 */
final class Frame {

  /** Below the first rule: the end of the text. */
  static final Frame BOTTOM = new Frame(new int[0], new Frame[0], 0);

  final int[] states;
  final Frame[] frames;

  /** Rules inside rules. */
  final int depth;

  /** A number of its own; tells nothing else. */
  final long id;

  Frame(int[] states, Frame[] frames, long id) {
    this.states = states;
    this.frames = frames;
    this.id = id;
    int below = 0;
    for (Frame frame : frames) {
      below = Math.max(below, frame.depth + 1);
    }
    depth = below;
  }

  /** Whether both are the same one; of frames that are kept no two are equal. */
  boolean is(Frame other) {
    return id == other.id;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Frame that
        && Arrays.equals(states, that.states)
        && sameFrames(frames, that.frames);
  }

  @Override
  public int hashCode() {
    return hash(states, frames);
  }

  static boolean sameFrames(Frame[] a, Frame[] b) {
    for (int i = 0; i < a.length; i++) {
      if (a[i].id != b[i].id) {
        return false;
      }
    }
    return a.length == b.length;
  }

  static int hash(int[] states, Frame[] frames) {
    int hash = Arrays.hashCode(states);
    for (Frame frame : frames) {
      hash = 31 * hash + Long.hashCode(frame.id);
    }
    return hash;
  }
}
