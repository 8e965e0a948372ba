package dev.bourse.text.template;

/** The escapes of Python string literals. */
final class StringLiterals {
  private StringLiterals() {}

  /** The value of a literal, given what stands between its quotes. */
  static String unescape(String literal) {
    int at = literal.indexOf('\\');
    if (at < 0) {
      return literal;
    }
    StringBuilder out = new StringBuilder(literal.length());
    int done = 0;
    while (at >= 0) {
      out.append(literal, done, at);
      char c = literal.charAt(at + 1);
      done = at + 2;
      switch (c) {
        case '\n' -> {}
        case '\\', '\'', '"' -> out.append(c);
        case 'a' -> out.append('\u0007');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'v' -> out.append('\u000b');
        case 'x' -> done = hexadecimal(literal, done, 2, out);
        case 'u' -> done = hexadecimal(literal, done, 4, out);
        case 'U' -> done = hexadecimal(literal, done, 8, out);
        case 'N' -> done = named(literal, done, out);
        case '0', '1', '2', '3', '4', '5', '6', '7' -> done = octal(literal, at + 1, out);
        default -> out.append('\\').append(c);
      }
      at = literal.indexOf('\\', done);
    }
    return out.append(literal, done, literal.length()).toString();
  }

  private static int hexadecimal(String literal, int from, int digits, StringBuilder out) {
    int end = from + digits;
    int value = 0;
    for (int at = from; at < end; at++) {
      int digit = at < literal.length() ? Character.digit(literal.charAt(at), 16) : -1;
      if (digit < 0 || value > Character.MAX_CODE_POINT) {
        throw new Fault("a string escape needs " + digits + " hexadecimal digits of a character");
      }
      value = value << 4 | digit;
    }
    if (!Character.isValidCodePoint(value)) {
      throw new Fault("a string escape names no character: " + Integer.toHexString(value));
    }
    out.appendCodePoint(value);
    return end;
  }

  private static int octal(String literal, int from, StringBuilder out) {
    int at = from;
    int value = 0;
    while (at < literal.length() && at < from + 3 && Character.digit(literal.charAt(at), 8) >= 0) {
      value = value << 3 | Character.digit(literal.charAt(at++), 8);
    }
    out.append((char) value);
    return at;
  }

  private static int named(String literal, int from, StringBuilder out) {
    int end = literal.indexOf('}', from);
    if (!literal.startsWith("{", from) || end < 0) {
      throw new Fault("a string escape \\N needs a character's name in braces");
    }
    try {
      out.appendCodePoint(Character.codePointOf(literal.substring(from + 1, end)));
    } catch (IllegalArgumentException unknown) {
      throw new Fault("no character is named " + literal.substring(from + 1, end));
    }
    return end + 1;
  }
}
