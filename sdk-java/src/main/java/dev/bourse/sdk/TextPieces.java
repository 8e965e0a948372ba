package dev.bourse.sdk;

import java.util.Arrays;

/**
 * Turns a stream of tokens into pieces of whole UTF-8.
 *
 * <p>A token may end inside a character; its decoding then ends in replacement characters, and the
 * tail is held back until more tokens complete it. At most three replacement characters can still
 * become a character (UTF-8 is at most four bytes), so what is held is bounded and bytes that never
 * become text still come out, as U+FFFD.
 *
 * <p>Tokens are decoded together with the ones emitted just before, and the difference taken,
 * because a token's text may depend on what precedes it (a leading space that is dropped at the
 * start of a text). Made by {@link Model#textPieces}.
 */
public final class TextPieces {
  private static final char REPLACEMENT = '\uFFFD';
  private static final int HELD_MAX = 3;

  private final Model model;

  /** Tokens of the last emitted text, then those since. */
  private int[] window = new int[0];

  private int contextTokens;

  /** How many characters of the window's text have been emitted. */
  private int emitted;

  TextPieces(Model model) {
    this.model = model;
  }

  /** The text that {@code token} completes, possibly empty. */
  public String add(int token) {
    window = Arrays.copyOf(window, window.length + 1);
    window[window.length - 1] = token;
    String text = model.decode(window);
    int end = stableEnd(text);
    String piece = text.substring(Math.min(emitted, end), end);
    emitted = Math.max(emitted, end);
    if (end == text.length()) {
      slide();
    }
    return piece;
  }

  /** What is still held, at the end of the stream. */
  public String finish() {
    if (window.length == contextTokens) {
      return "";
    }
    String text = model.decode(window);
    String rest = text.substring(Math.min(emitted, text.length()));
    emitted = text.length();
    slide();
    return rest;
  }

  /** Drops the tokens that served as context; those emitted since take their place. */
  private void slide() {
    if (contextTokens > 0) {
      window = Arrays.copyOfRange(window, contextTokens, window.length);
    }
    contextTokens = window.length;
    emitted = contextTokens == 0 ? 0 : model.decode(window).length();
  }

  private static int stableEnd(String text) {
    int end = text.length();
    while (end > 0 && text.length() - end < HELD_MAX && text.charAt(end - 1) == REPLACEMENT) {
      end--;
    }
    return end;
  }
}
