package dev.bourse.text.instruct;

/** Text without its white space: models are not exact about it. */
final class Blanks {
  /** No template has a longer tag. */
  private static final int LOOK_BACK = 128;

  private Blanks() {}

  static boolean isBlank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  static String without(String text) {
    StringBuilder rest = new StringBuilder(text.length());
    for (int at = 0; at < text.length(); at++) {
      if (!isBlank(text.charAt(at))) {
        rest.append(text.charAt(at));
      }
    }
    return rest.toString();
  }

  /**
   * How many of the last characters may be the beginning of a tag, white space apart.
   *
   * @param tag without white space
   */
  static int possibleTag(CharSequence text, String tag) {
    for (int from = Math.max(0, text.length() - LOOK_BACK); from < text.length(); from++) {
      if (!tag.isEmpty() && text.charAt(from) == tag.charAt(0) && begins(text, from, tag)) {
        return text.length() - from;
      }
    }
    return 0;
  }

  private static boolean begins(CharSequence text, int from, String tag) {
    int matched = 0;
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (isBlank(c)) {
        continue;
      }
      if (matched == tag.length() || c != tag.charAt(matched)) {
        return false;
      }
      matched++;
    }
    return true;
  }

  /**
   * Where a text that ends with {@code ending}, white space apart, begins to; -1 if it does not.
   *
   * @param ending without white space
   */
  static int endingAt(CharSequence text, String ending) {
    int at = text.length();
    for (int left = ending.length(); left > 0; ) {
      if (--at < 0) {
        return -1;
      }
      char c = text.charAt(at);
      if (c == ending.charAt(left - 1)) {
        left--;
      } else if (!isBlank(c) || left == ending.length()) {
        return -1;
      }
    }
    return at;
  }
}
