package dev.bourse.text;

/**
 * Cuts text into words as the regular expressions of three vocabulary families do, but in one pass:
 * each character is looked at a bounded number of times, whatever the text is, while a backtracking
 * matcher can take quadratic time on a run of spaces.
 */
enum WordSplitter {
  GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+") {
    @Override
    int wordEnd(String text, int start, int end) {
      int contraction = contraction(text, start, end, false);
      if (contraction > 0) {
        return start + contraction;
      }
      int first = text.charAt(start) == ' ' ? start + 1 : start;
      CharClass kind = CharClass.at(text, first, end);
      return switch (kind) {
        case LETTER, NUMBER, OTHER -> runEnd(text, first, end, kind);
        case SPACE, END -> spacesEnd(text, start, end);
      };
    }
  },

  LLAMA3(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+") {
    @Override
    int wordEnd(String text, int start, int end) {
      return modernWordEnd(text, start, end, 3);
    }
  },

  QWEN2(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+") {
    @Override
    int wordEnd(String text, int start, int end) {
      return modernWordEnd(text, start, end, 1);
    }
  };

  private final String regex;

  WordSplitter(String regex) {
    this.regex = regex;
  }

  /** The rule as published. */
  String regex() {
    return regex;
  }

  /**
   * Where the word that begins at {@code start} ends: at least one character later. Nothing at or
   * after {@code end} is looked at; {@code start < end}.
   */
  abstract int wordEnd(String text, int start, int end);

  private static int modernWordEnd(String text, int start, int end, int digits) {
    int contraction = contraction(text, start, end, true);
    if (contraction > 0) {
      return start + contraction;
    }
    CharClass kind = CharClass.at(text, start, end);
    int second = after(text, start);
    if (kind == CharClass.LETTER) {
      return runEnd(text, second, end, CharClass.LETTER);
    }
    if (kind == CharClass.NUMBER) {
      int at = second;
      for (int count = 1; count < digits; count++) {
        if (CharClass.at(text, at, end) != CharClass.NUMBER) {
          break;
        }
        at = after(text, at);
      }
      return at;
    }
    if (!isNewline(text.charAt(start)) && CharClass.at(text, second, end) == CharClass.LETTER) {
      return runEnd(text, second, end, CharClass.LETTER);
    }
    int first = text.charAt(start) == ' ' ? second : start;
    if (CharClass.at(text, first, end) == CharClass.OTHER) {
      int at = runEnd(text, first, end, CharClass.OTHER);
      while (at < end && isNewline(text.charAt(at))) {
        at++;
      }
      return at;
    }
    for (int at = runEnd(text, start, end, CharClass.SPACE); at > start; at--) {
      if (isNewline(text.charAt(at - 1))) {
        return at;
      }
    }
    return spacesEnd(text, start, end);
  }

  /** The length of the English contraction at {@code start}, apostrophe included, or 0. */
  private static int contraction(String text, int start, int end, boolean ignoreCase) {
    if (text.charAt(start) != '\'' || start + 1 >= end) {
      return 0;
    }
    int bit = ignoreCase ? 0x20 : 0;
    int first = text.charAt(start + 1) | bit;
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
      return 2;
    }
    int second = start + 2 < end ? text.charAt(start + 2) | bit : 0;
    boolean matches =
        (first == 'r' && second == 'e')
            || (first == 'v' && second == 'e')
            || (first == 'l' && second == 'l');
    return matches ? 3 : 0;
  }

  /** All the white space, less the last character if something follows for it to belong to. */
  private static int spacesEnd(String text, int start, int end) {
    int run = runEnd(text, start, end, CharClass.SPACE);
    // All white space is in the basic plane: one char each.
    return run < end && run - start > 1 ? run - 1 : run;
  }

  private static int runEnd(String text, int start, int end, CharClass kind) {
    int at = start;
    while (CharClass.at(text, at, end) == kind) {
      at = after(text, at);
    }
    return at;
  }

  private static int after(String text, int index) {
    return index + Character.charCount(text.codePointAt(index));
  }

  private static boolean isNewline(char c) {
    return c == '\n' || c == '\r';
  }
}
