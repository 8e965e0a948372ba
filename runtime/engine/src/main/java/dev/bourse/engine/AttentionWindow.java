package dev.bourse.engine;

import dev.bourse.kv.snapshot.SlidingWindow;
import java.util.BitSet;
import java.util.Optional;

/**
 * Which slots a row sees: the first {@code sinks} ones, and the last {@code window} up to its own.
 * (Attention sinks: Xiao et al., "Efficient Streaming Language Models with Attention Sinks", 2023.)
 *
 * @param sinks tokens at the beginning that every row sees
 * @param window tokens up to and with its own
 */
record AttentionWindow(int sinks, int window) {
  static final AttentionWindow ALL = new AttentionWindow(0, Integer.MAX_VALUE);

  AttentionWindow {
    if (sinks < 0 || window < 1) {
      throw new EngineException(
          "a window of "
              + window
              + " tokens and "
              + sinks
              + " sinks: the window needs at least one"
              + " token, and the sinks cannot be negative");
    }
  }

  static AttentionWindow of(Optional<SlidingWindow> saved) {
    return saved.map(w -> new AttentionWindow(w.sinkTokens(), w.windowTokens())).orElse(ALL);
  }

  /** As a snapshot keeps it: nothing, if everything is seen. */
  Optional<SlidingWindow> saved() {
    return equals(ALL) ? Optional.empty() : Optional.of(new SlidingWindow(sinks, window));
  }

  boolean seesAll(int slot) {
    return firstVisible(slot) <= sinks;
  }

  void hide(BitSet visible, int slot) {
    if (!seesAll(slot)) {
      visible.clear(sinks, firstVisible(slot));
    }
  }

  /** The first slot of the window of the row in {@code slot}. */
  int firstVisible(int slot) {
    return Math.max(0, slot - window + 1);
  }
}
