package dev.bourse.text;

/** Writes parts of a string as UTF-8 into an array that is used again and again. */
final class Utf8 {

  private static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  /**
   * Writes {@code text[from, to)} to the start of {@code target}, which has room for three bytes a
   * char, and returns how many bytes that took. A surrogate without its partner becomes U+FFFD
   * ({@link String#getBytes} would write a question mark).
   */
  static int encode(String text, int from, int to, byte[] target) {
    int at = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        target[at++] = (byte) c;
      } else if (c < 0x800) {
        target[at++] = (byte) (0xC0 | (c >> 6));
        target[at++] = continuation(c);
      } else if (!Character.isSurrogate(c)) {
        at = threeBytes(c, target, at);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < to
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        int codePoint = Character.toCodePoint(c, text.charAt(++i));
        target[at++] = (byte) (0xF0 | (codePoint >> 18));
        target[at++] = continuation(codePoint >> 12);
        target[at++] = continuation(codePoint >> 6);
        target[at++] = continuation(codePoint);
      } else {
        at = threeBytes(REPLACEMENT, target, at);
      }
    }
    return at;
  }

  private static int threeBytes(char c, byte[] target, int at) {
    target[at] = (byte) (0xE0 | (c >> 12));
    target[at + 1] = continuation(c >> 6);
    target[at + 2] = continuation(c);
    return at + 3;
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }
}
