package dev.bourse.grammar;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All that matters of the text so far: the states it may be in, each with its stack, and whether it
 * may end here. Immutable but for a cache; equal configurations are one object.
 */
final class Configuration {

  final int[] states;
  final Frame[] frames;

  /** Whether the text may end here. */
  final boolean ended;

  /**
   * The configuration after each class of bytes, as far as known; {@link Machine} fills and drops
   * it. Threads may race: all of them write the same.
   */
  @Nullable Configuration @Nullable [] next;

  Configuration(int[] states, Frame[] frames, boolean ended) {
    this.states = states;
    this.frames = frames;
    this.ended = ended;
  }

  /** Whether nothing can follow and the text must not end here: it does not match. */
  boolean isDead() {
    return states.length == 0 && !ended;
  }

  int depth() {
    int depth = 0;
    for (Frame frame : frames) {
      depth = Math.max(depth, frame.depth);
    }
    return depth;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Configuration that
        && ended == that.ended
        && Arrays.equals(states, that.states)
        && Frame.sameFrames(frames, that.frames);
  }

  @Override
  public int hashCode() {
    return Frame.hash(states, frames);
  }
}
