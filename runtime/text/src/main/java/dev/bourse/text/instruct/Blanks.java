package dev.bourse.text.instruct;

/** Text without its white space: models are not exact about it. */
final class Blanks {
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
