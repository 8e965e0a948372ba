package dev.bourse.text.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;

/**
 * Splits template source into tokens, with the white-space rules of {@code trim_blocks} and {@code
 * lstrip_blocks}: a newline after a statement or comment goes, and so do blanks before one that
 * stands first on its line; {@code -} inside a delimiter removes all white space on its side,
 * {@code +} keeps it.
 */
final class Lexer {
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private final Deque<Character> brackets = new ArrayDeque<>();
  private int position;
  private int line = 1;

  /** Whether the text after the last delimiter begins a line. */
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
  }

  /** The tokens of {@code source}, closed by one of kind {@link Token.Kind#END}. */
  static List<Token> tokenize(String source) {
    String text = source.replace("\r\n", "\n").replace('\r', '\n');
    Lexer lexer = new Lexer(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    try {
      lexer.readTemplate();
    } catch (Fault fault) {
      throw new SyntaxFault(lexer.line, fault.problem());
    }
    return List.copyOf(lexer.tokens);
  }

  private void readTemplate() {
    while (position < source.length()) {
      int begin = nextDelimiter(position);
      if (begin < 0) {
        add(Token.Kind.DATA, source.substring(position));
        break;
      }
      char type = source.charAt(begin + 1);
      int afterRaw = type == '%' ? rawBegin(begin).orElse(-1) : -1;
      readData(begin, type);
      if (afterRaw >= 0) {
        moveTo(afterRaw);
        readRaw();
      } else {
        moveTo(begin + 2);
        if (peek() == '-' || peek() == '+') {
          position++;
        }
        switch (type) {
          case '#' -> readComment();
          case '%' -> readTag(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, '%');
          default -> readTag(Token.Kind.PRINT_BEGIN, Token.Kind.PRINT_END, '}');
        }
      }
      lineStarting = source.charAt(position - 1) == '\n';
    }
    add(Token.Kind.END, "");
  }

  private int nextDelimiter(int from) {
    for (int at = source.indexOf('{', from); at >= 0; at = source.indexOf('{', at + 1)) {
      if (at + 1 < source.length() && "{%#".indexOf(source.charAt(at + 1)) >= 0) {
        return at;
      }
    }
    return -1;
  }

  /** Adds the text before a delimiter, stripped as the delimiter asks. */
  private void readData(int end, char type) {
    String text = source.substring(position, end);
    char sign = end + 2 < source.length() ? source.charAt(end + 2) : ' ';
    String kept = text;
    if (sign == '-') {
      kept = Text.strip(text, false, true);
    } else if (sign != '+' && type != '{') {
      kept = withoutIndentation(text);
    }
    if (!kept.isEmpty()) {
      add(Token.Kind.DATA, kept);
    }
    moveTo(end);
  }

  private String withoutIndentation(String text) {
    int lineStart = text.lastIndexOf('\n') + 1;
    boolean beginsLine = lineStart > 0 || lineStarting;
    return beginsLine && Text.strip(text.substring(lineStart), true, false).isEmpty()
        ? text.substring(0, lineStart)
        : text;
  }

  private void readComment() {
    for (int at = position; at < source.length(); at++) {
      OptionalInt end = closing(at, '#');
      if (end.isPresent()) {
        moveTo(end.getAsInt());
        return;
      }
    }
    throw new Fault("the comment is not closed with '#}'");
  }

  /** Where a {@code raw} tag that begins at {@code begin} ends, if it is one. */
  private OptionalInt rawBegin(int begin) {
    int at = skipWord(begin + 2, "raw");
    if (at >= 0 && source.startsWith("-%}", at)) {
      return OptionalInt.of(skipSpace(at + 3));
    }
    return at >= 0 && source.startsWith("%}", at) ? OptionalInt.of(at + 2) : OptionalInt.empty();
  }

  /** The place after an optional sign, white space, {@code word} and white space; or -1. */
  private int skipWord(int from, String word) {
    int at = from;
    if (at < source.length() && (source.charAt(at) == '-' || source.charAt(at) == '+')) {
      at++;
    }
    at = skipSpace(at);
    return source.startsWith(word, at) ? skipSpace(at + word.length()) : -1;
  }

  private void readRaw() {
    for (int at = source.indexOf("{%", position); at >= 0; at = source.indexOf("{%", at + 1)) {
      int close = skipWord(at + 2, "endraw");
      OptionalInt end =
          close < 0 || close >= source.length() ? OptionalInt.empty() : closing(close, '%');
      if (end.isPresent()) {
        readData(at, '%');
        moveTo(end.getAsInt());
        return;
      }
    }
    throw new Fault("'raw' is not closed with 'endraw'");
  }

  /**
   * The place after the closing delimiter at {@code at}, with the white space it swallows.
   *
   * @param type the delimiter's character before the brace
   */
  private OptionalInt closing(int at, char type) {
    char sign = source.charAt(at);
    if (sign == '-' && isDelimiter(at + 1, type)) {
      return OptionalInt.of(skipSpace(at + 3));
    }
    if (sign == '+' && type != '}' && isDelimiter(at + 1, type)) {
      return OptionalInt.of(at + 3);
    }
    if (!isDelimiter(at, type)) {
      return OptionalInt.empty();
    }
    boolean trims = type != '}' && at + 2 < source.length() && source.charAt(at + 2) == '\n';
    return OptionalInt.of(trims ? at + 3 : at + 2);
  }

  private boolean isDelimiter(int at, char type) {
    return at + 1 < source.length() && source.charAt(at) == type && source.charAt(at + 1) == '}';
  }

  private void readTag(Token.Kind begin, Token.Kind end, char type) {
    add(begin, "");
    brackets.clear();
    while (true) {
      if (position >= source.length()) {
        throw new Fault("the template ends inside " + begin.description());
      }
      OptionalInt close = brackets.isEmpty() ? closing(position, type) : OptionalInt.empty();
      if (close.isPresent()) {
        add(end, "");
        moveTo(close.getAsInt());
        return;
      }
      readTagToken();
    }
  }

  private void readTagToken() {
    char c = peek();
    if (Text.isSpace(c)) {
      moveTo(skipSpace(position));
    } else if (c == '\'' || c == '"') {
      readString(c);
    } else if (isDigit(c)) {
      readNumber();
    } else if (Character.isUnicodeIdentifierStart(source.codePointAt(position)) || c == '_') {
      int end = position;
      while (end < source.length() && isNamePart(source.codePointAt(end))) {
        end += Character.charCount(source.codePointAt(end));
      }
      add(Token.Kind.NAME, source.substring(position, end));
      position = end;
    } else {
      readOperator(c);
    }
  }

  private static boolean isNamePart(int codePoint) {
    return Character.isUnicodeIdentifierPart(codePoint)
        && !Character.isIdentifierIgnorable(codePoint);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private void readString(char quote) {
    int end = position + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw new Fault("the string that begins with " + quote + " is not closed");
    }
    add(Token.Kind.STRING, StringLiterals.unescape(source.substring(position + 1, end)));
    moveTo(end + 1);
  }

  private void readNumber() {
    int end = position;
    char second = position + 1 < source.length() ? source.charAt(position + 1) : ' ';
    if (peek() == '0' && "xXoObB".indexOf(second) >= 0) {
      int radix = second == 'x' || second == 'X' ? 16 : second == 'o' || second == 'O' ? 8 : 2;
      end += 2;
      while (end < source.length()
          && (Character.digit(source.charAt(end), radix) >= 0 || source.charAt(end) == '_')) {
        end++;
      }
      add(Token.Kind.INTEGER, source.substring(position, end).replace("_", ""));
      position = end;
      return;
    }
    end = skipDigits(end);
    boolean isFloat = false;
    boolean afterDot = position > 0 && source.charAt(position - 1) == '.';
    if (!afterDot && end + 1 < source.length() && source.charAt(end) == '.') {
      int fraction = skipDigits(end + 1);
      if (fraction > end + 1) {
        isFloat = true;
        end = fraction;
      }
    }
    if (!afterDot && end < source.length() && (source.charAt(end) | 0x20) == 'e') {
      int exponent = end + 1;
      if (exponent < source.length() && "+-".indexOf(source.charAt(exponent)) >= 0) {
        exponent++;
      }
      if (skipDigits(exponent) > exponent) {
        isFloat = true;
        end = skipDigits(exponent);
      }
    }
    String digits = source.substring(position, end).replace("_", "");
    add(isFloat ? Token.Kind.FLOAT : Token.Kind.INTEGER, digits);
    position = end;
  }

  private int skipDigits(int from) {
    int at = from;
    while (at < source.length()
        && (isDigit(source.charAt(at))
            || (source.charAt(at) == '_'
                && at > from
                && at + 1 < source.length()
                && isDigit(source.charAt(at + 1))))) {
      at++;
    }
    return at;
  }

  private void readOperator(char c) {
    String two = source.substring(position, Math.min(position + 2, source.length()));
    String operator =
        switch (two) {
          case "//", "**", "==", "!=", ">=", "<=" -> two;
          default -> String.valueOf(c);
        };
    if (operator.length() == 1 && "+-/*%~[](){}><=.:|,;".indexOf(c) < 0) {
      throw new Fault(
          "unexpected character '" + Character.toString(source.codePointAt(position)) + "'");
    }
    switch (c) {
      case '(' -> brackets.push(')');
      case '[' -> brackets.push(']');
      case '{' -> brackets.push('}');
      case ')', ']', '}' -> {
        if (brackets.isEmpty() || brackets.peek() != c) {
          throw new Fault(
              "unexpected '"
                  + c
                  + "'"
                  + (brackets.isEmpty() ? "" : ", expected '" + brackets.peek() + "'"));
        }
        brackets.pop();
      }
      default -> {}
    }
    add(Token.Kind.OPERATOR, operator);
    position += operator.length();
  }

  private char peek() {
    return position < source.length() ? source.charAt(position) : ' ';
  }

  private int skipSpace(int from) {
    int at = from;
    while (at < source.length() && Text.isSpace(source.charAt(at))) {
      at++;
    }
    return at;
  }

  private void add(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, line));
  }

  private void moveTo(int target) {
    for (int at = source.indexOf('\n', position);
        at >= 0 && at < target;
        at = source.indexOf('\n', at + 1)) {
      line++;
    }
    position = target;
  }
}
