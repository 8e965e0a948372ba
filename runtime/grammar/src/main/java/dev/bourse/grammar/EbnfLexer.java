package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The signs of EBNF. After each one, blanks and comments are skipped. */
final class EbnfLexer {

  private final String text;
  private int at;

  EbnfLexer(String text) {
    this.text = text;
  }

  boolean atEnd() {
    return at == text.length();
  }

  int offset() {
    return at;
  }

  /** The next character, -1 at the end. */
  int peek() {
    return atEnd() ? -1 : text.codePointAt(at);
  }

  String shown() {
    return atEnd() ? "the end" : Character.toString(peek());
  }

  boolean eat(String sign) {
    if (!text.startsWith(sign, at)) {
      return false;
    }
    at += sign.length();
    skipBlank();
    return true;
  }

  void skipBlank() {
    while (!atEnd()) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        at++;
      } else {
        return;
      }
    }
  }

  /** The name of a rule, null if there is none. */
  @Nullable String name() {
    int end = at;
    while (end < text.length() && isNamePart(text.charAt(end))) {
      end++;
    }
    if (end == at || Character.isDigit(text.charAt(at)) || text.charAt(at) == '-') {
      return null;
    }
    String name = text.substring(at, end);
    at = end;
    skipBlank();
    return name;
  }

  private static boolean isNamePart(char c) {
    return (c < 0x80 && Character.isLetterOrDigit(c)) || c == '-' || c == '_';
  }

  /** Whether a name and {@code ::=} come next. */
  boolean atRule() {
    int start = at;
    boolean rule = name() != null && text.startsWith("::=", at);
    at = start;
    return rule;
  }

  int number() {
    int start = at;
    long value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = Math.min(10 * value + peek() - '0', Integer.MAX_VALUE);
      at++;
    }
    if (at == start) {
      throw problem("a number is missing", start);
    }
    if (value > Limits.REPETITIONS_MAX) {
      throw problem("%,d repetitions, at most %,d".formatted(value, Limits.REPETITIONS_MAX), start);
    }
    skipBlank();
    return (int) value;
  }

  String literal() {
    int start = at++;
    StringBuilder literal = new StringBuilder();
    while (!atEnd() && peek() != '"' && peek() != '\n') {
      literal.appendCodePoint(character());
    }
    if (peek() != '"') {
      throw problem("the literal is not closed", start);
    }
    at++;
    skipBlank();
    return literal.toString();
  }

  CodePoints characterClass() {
    int start = at++;
    boolean negated = peek() == '^';
    at += negated ? 1 : 0;
    List<int[]> ranges = new ArrayList<>();
    while (!atEnd() && peek() != ']' && peek() != '\n') {
      int member = at;
      int first = character();
      int last = first;
      if (peek() == '-' && at + 1 < text.length() && text.charAt(at + 1) != ']') {
        at++;
        last = atEnd() ? first : character();
      }
      if (last < first) {
        throw problem("the range has its ends in the wrong order", member);
      }
      ranges.add(new int[] {first, last});
    }
    if (peek() != ']') {
      throw problem("the class is not closed", start);
    }
    at++;
    skipBlank();
    CodePoints set = CodePoints.ofRanges(ranges);
    return negated ? set.complement() : set;
  }

  private int character() {
    int start = at;
    int c = peek();
    at += Character.charCount(c);
    int value = c == '\\' ? escaped(start) : c;
    if (value > Character.MAX_CODE_POINT
        || (value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE)) {
      throw problem("U+%04X is no character".formatted(value), start);
    }
    return value;
  }

  private int escaped(int start) {
    int c = peek();
    at += atEnd() ? 0 : Character.charCount(c);
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'x' -> hexadecimal(2, start);
      case 'u' -> hexadecimal(4, start);
      case 'U' -> hexadecimal(8, start);
      case '"', '\\', '[', ']', '^', '-', '/', '\'' -> c;
      default ->
          throw problem("there is no escape \\" + (c < 0 ? "" : Character.toString(c)), start);
    };
  }

  private int hexadecimal(int digits, int start) {
    int end = at + digits;
    if (end > text.length()
        || !text.substring(at, end).chars().allMatch(HexFormat::isHexDigit)
        || HexFormat.fromHexDigitsToLong(text, at, end) > Character.MAX_CODE_POINT) {
      throw problem("the escape needs " + digits + " hexadecimal digits of a character", start);
    }
    int value = HexFormat.fromHexDigits(text, at, end);
    at = end;
    return value;
  }

  GrammarException problem(String what, int offset) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < offset; i++) {
      column = text.charAt(i) == '\n' ? 1 : column + 1;
      line += text.charAt(i) == '\n' ? 1 : 0;
    }
    return new GrammarException("EBNF, line " + line + ", column " + column + ": " + what);
  }
}
