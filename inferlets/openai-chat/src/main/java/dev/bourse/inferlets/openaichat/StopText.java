package dev.bourse.inferlets.openaichat;

import java.util.List;

/**
 * Ends a text before the first of some words. What may be the beginning of one is held back until it
 * is known.
 */
final class StopText {
  private final List<String> words;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  StopText(List<String> words) {
    this.words = words;
  }

  /** The text that is certain by now, with the next piece. */
  String accept(String piece) {
    if (stopped) {
      return "";
    }
    held.append(piece);
    int end = -1;
    for (String word : words) {
      int at = held.indexOf(word);
      if (at >= 0 && (end < 0 || at < end)) {
        end = at;
      }
    }
    stopped = end >= 0;
    int sure = stopped ? end : held.length() - possible();
    String text = held.substring(0, sure);
    held.delete(0, sure);
    return text;
  }

  /** How many of the last characters may be the beginning of a word. */
  private int possible() {
    int most = 0;
    for (String word : words) {
      for (int chars = Math.min(word.length() - 1, held.length()); chars > most; chars--) {
        if (word.startsWith(held.substring(held.length() - chars))) {
          most = chars;
        }
      }
    }
    return most;
  }

  /** Whether a word has come. */
  boolean isStopped() {
    return stopped;
  }

  /** What was held back, at the end of the text. */
  String finish() {
    String rest = stopped ? "" : held.toString();
    held.setLength(0);
    return rest;
  }
}
