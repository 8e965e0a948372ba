package dev.bourse.text;

/**
 * The three kinds of characters that pre-tokenizers tell apart, and the rest: {@code \p{L}}, {@code
 * \p{N}} and {@code \s}. The last is Unicode's White_Space property, which is neither Java's {@code
 * \s} nor {@link Character#isWhitespace(int)} (no-break spaces and U+0085 belong to it, the
 * separators U+001C to U+001F do not).
 *
 * <p>Letters and numbers are those of the JDK's Unicode (16 in JDK 25). llama.cpp's tables are a
 * version older; the characters added since are letters here and {@code OTHER} there. That can only
 * show in ids where a run of two or more of them stands right before older letters.
 */
enum CharClass {
  LETTER,
  NUMBER,
  SPACE,
  OTHER,
  /** What stands after the last character. */
  END;

  private static final CharClass[] ASCII = new CharClass[128];

  static {
    for (int c = 0; c < ASCII.length; c++) {
      ASCII[c] = classify(c);
    }
  }

  static CharClass of(int codePoint) {
    return codePoint < ASCII.length ? ASCII[codePoint] : classify(codePoint);
  }

  /** The class of the character at an index, if it is before the end. */
  static CharClass at(String text, int index, int end) {
    if (index >= end) {
      return END;
    }
    char c = text.charAt(index);
    return c < ASCII.length ? ASCII[c] : classify(text.codePointAt(index));
  }

  private static CharClass classify(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          SPACE;
      case Character.CONTROL ->
          (codePoint >= '\t' && codePoint <= '\r') || codePoint == 0x85 ? SPACE : OTHER;
      default -> OTHER;
    };
  }
}
