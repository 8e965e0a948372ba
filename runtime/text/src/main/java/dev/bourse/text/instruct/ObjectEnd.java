package dev.bourse.text.instruct;

/** Finds where a JSON object ends, a character at a time. */
final class ObjectEnd {
  private int depth;
  private boolean inString;
  private boolean escaped;

  /** Whether the object that began with the first character ends with this one. */
  boolean endsWith(char c) {
    if (escaped) {
      escaped = false;
    } else if (inString) {
      escaped = c == '\\';
      inString = c != '"';
    } else {
      switch (c) {
        case '"' -> inString = true;
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        default -> {}
      }
      return depth == 0;
    }
    return false;
  }

  /** Where the object that begins at {@code begin} ends, or -1 if it does not. */
  static int of(String text, int begin) {
    ObjectEnd end = new ObjectEnd();
    for (int at = begin; at < text.length(); at++) {
      if (end.endsWith(text.charAt(at))) {
        return at + 1;
      }
    }
    return -1;
  }
}
