package dev.bourse.engine;

import java.util.BitSet;

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
