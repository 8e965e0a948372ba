package dev.bourse.text.template;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Operations on text as Python defines them: by code point, with Python's idea of white space. */
final class Text {
  private Text() {}

  /** Whether Python's {@code str.isspace} holds for the character. */
  static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || codePoint == 0x85;
  }

  /** Whether the string has no surrogates, so that indices of chars and code points agree. */
  private static boolean isPlain(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (Character.isSurrogate(text.charAt(at))) {
        return false;
      }
    }
    return true;
  }

  /** The number of code points. */
  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The code points from {@code begin} to {@code end}, which must be in range and in order. */
  static String substring(String text, int begin, int end) {
    if (isPlain(text)) {
      return text.substring(begin, end);
    }
    int from = text.offsetByCodePoints(0, begin);
    return text.substring(from, text.offsetByCodePoints(from, end - begin));
  }

  /** The place of a code point, given that of a char. */
  static int codePointIndex(String text, int charIndex) {
    return text.codePointCount(0, charIndex);
  }

  static String reverse(String text) {
    return new StringBuilder(text).reverse().toString();
  }

  static String strip(String text, boolean left, boolean right) {
    return strip(text, Text::isSpace, left, right);
  }

  /** Removes any of {@code characters} from the ends. */
  static String strip(String text, String characters, boolean left, boolean right) {
    return strip(text, codePoint -> characters.indexOf(codePoint) >= 0, left, right);
  }

  private static String strip(String text, IntPredicate goes, boolean left, boolean right) {
    int begin = 0;
    int end = text.length();
    while (left && begin < end && goes.test(text.codePointAt(begin))) {
      begin += Character.charCount(text.codePointAt(begin));
    }
    while (right && end > begin && goes.test(text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(begin, end);
  }

  /** The words between white space, at most {@code limit} + 1 of them. */
  static List<String> splitOnSpace(String text, long limit) {
    List<String> parts = new ArrayList<>();
    String rest = strip(text, true, false);
    while (!rest.isEmpty()) {
      if (parts.size() == limit) {
        parts.add(rest);
        break;
      }
      int end = 0;
      while (end < rest.length() && !isSpace(rest.codePointAt(end))) {
        end += Character.charCount(rest.codePointAt(end));
      }
      parts.add(rest.substring(0, end));
      rest = strip(rest.substring(end), true, false);
    }
    return parts;
  }

  /** The same, beginning from the end. */
  static List<String> rsplitOnSpace(String text, long limit) {
    List<String> parts = new ArrayList<>();
    String rest = strip(text, false, true);
    while (!rest.isEmpty()) {
      if (parts.size() == limit) {
        parts.add(rest);
        break;
      }
      int begin = rest.length();
      while (begin > 0 && !isSpace(rest.codePointBefore(begin))) {
        begin -= Character.charCount(rest.codePointBefore(begin));
      }
      parts.add(rest.substring(begin));
      rest = strip(rest.substring(0, begin), false, true);
    }
    return parts.reversed();
  }

  /** The parts between separators, at most {@code limit} + 1 of them. */
  static List<String> split(String text, String separator, long limit) {
    List<String> parts = new ArrayList<>();
    int done = 0;
    for (int at = text.indexOf(separator);
        at >= 0 && parts.size() < limit;
        at = text.indexOf(separator, done)) {
      parts.add(text.substring(done, at));
      done = at + separator.length();
    }
    parts.add(text.substring(done));
    return parts;
  }

  /** The same, beginning from the end. */
  static List<String> rsplit(String text, String separator, long limit) {
    List<String> parts = new ArrayList<>();
    int end = text.length();
    for (int at = text.lastIndexOf(separator);
        at >= 0 && parts.size() < limit;
        at =
            end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length())) {
      parts.add(text.substring(at + separator.length(), end));
      end = at;
    }
    parts.add(text.substring(0, end));
    return parts.reversed();
  }

  /** The lines, by any line boundary that Python knows. */
  static List<String> lines(String text, boolean keepEnds) {
    List<String> lines = new ArrayList<>();
    int begin = 0;
    for (int at = 0; at < text.length(); at++) {
      if ("\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(text.charAt(at)) >= 0) {
        int end = at;
        if (text.startsWith("\r\n", at)) {
          at++;
        }
        lines.add(text.substring(begin, keepEnds ? at + 1 : end));
        begin = at + 1;
      }
    }
    if (begin < text.length()) {
      lines.add(text.substring(begin));
    }
    return lines;
  }

  /** Counts occurrences that do not overlap. */
  static int count(String text, String part) {
    if (part.isEmpty()) {
      return length(text) + 1;
    }
    int count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  /** Replaces the first {@code limit} occurrences; a negative limit replaces all. */
  static String replace(String text, String old, String replacement, long limit) {
    if (limit < 0 && !old.isEmpty()) {
      return text.replace(old, replacement);
    }
    long left = limit < 0 ? Long.MAX_VALUE : limit;
    StringBuilder out = new StringBuilder();
    int done = 0;
    if (old.isEmpty()) {
      // Python puts the replacement before every character and at the end.
      while (left-- > 0) {
        out.append(replacement);
        if (done == text.length()) {
          return out.toString();
        }
        int codePoint = text.codePointAt(done);
        out.appendCodePoint(codePoint);
        done += Character.charCount(codePoint);
      }
      return out.append(text, done, text.length()).toString();
    }
    for (int at = text.indexOf(old); at >= 0 && left-- > 0; at = text.indexOf(old, done)) {
      out.append(text, done, at).append(replacement);
      done = at + old.length();
    }
    return out.append(text, done, text.length()).toString();
  }

  static String upper(String text) {
    return text.toUpperCase(java.util.Locale.ROOT);
  }

  static String lower(String text) {
    return text.toLowerCase(java.util.Locale.ROOT);
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    int rest = Character.charCount(first);
    return titleCase(text.substring(0, rest)) + lower(text.substring(rest));
  }

  private static String titleCase(String character) {
    int codePoint = character.codePointAt(0);
    int title = Character.toTitleCase(codePoint);
    return title == codePoint ? upper(character) : Character.toString(title);
  }

  /** {@code str.title}: every run of letters begins with a capital. */
  static String title(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean inWord = false;
    for (int at = 0; at < text.length(); ) {
      int codePoint = text.codePointAt(at);
      String character = Character.toString(codePoint);
      out.append(inWord ? lower(character) : titleCase(character));
      inWord = Character.isLetter(codePoint);
      at += Character.charCount(codePoint);
    }
    return out.toString();
  }

  static String swapCase(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            codePoint -> {
              String character = Character.toString(codePoint);
              out.append(Character.isUpperCase(codePoint) ? lower(character) : upper(character));
            });
    return out.toString();
  }

  /** Whether the text has cased characters, all of them in the given case. */
  static boolean isCase(String text, boolean upper) {
    boolean found = false;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int codePoint = text.codePointAt(at);
      boolean isUpper = Character.isUpperCase(codePoint) || Character.isTitleCase(codePoint);
      if (isUpper || Character.isLowerCase(codePoint)) {
        if (isUpper != upper) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  static boolean isTitle(String text) {
    boolean found = false;
    boolean inWord = false;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int codePoint = text.codePointAt(at);
      boolean isUpper = Character.isUpperCase(codePoint) || Character.isTitleCase(codePoint);
      boolean isLower = Character.isLowerCase(codePoint);
      if ((isUpper && inWord) || (isLower && !inWord)) {
        return false;
      }
      inWord = isUpper || isLower;
      found |= inWord;
    }
    return found;
  }

  /** Whether the text is not empty and the predicate holds for every character. */
  static boolean all(String text, IntPredicate predicate) {
    return !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  /** Compares by code point. */
  static int compare(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int at = 0; at < common; at++) {
      char a = left.charAt(at);
      char b = right.charAt(at);
      if (a != b) {
        boolean surrogates = Character.isSurrogate(a) != Character.isSurrogate(b);
        return surrogates ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
