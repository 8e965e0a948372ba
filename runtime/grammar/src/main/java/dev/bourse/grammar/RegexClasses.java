package dev.bourse.grammar;

import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Reads character classes and escapes of regular expressions. */
final class RegexClasses {

  private static final CodePoints DIGIT = CodePoints.range('0', '9');

  private static final CodePoints WORD =
      DIGIT
          .union(CodePoints.range('a', 'z'))
          .union(CodePoints.range('A', 'Z'))
          .union(CodePoints.of('_'));

  /** Java's; ECMAScript's has more, which are in neither {@code \s} nor {@code \S} here. */
  private static final CodePoints SPACE = CodePoints.of(" \t\n\u000B\f\r");

  private static final CodePoints NOT_SPACE =
      SPACE
          .union(CodePoints.of("\u00A0\u1680\u2028\u2029\u202F\u205F\u3000\uFEFF"))
          .union(CodePoints.range(0x2000, 0x200A))
          .complement();

  private static final Map<Character, CodePoints> SETS =
      Map.of(
          'd', DIGIT,
          'D', DIGIT.complement(),
          'w', WORD,
          'W', WORD.complement(),
          's', SPACE,
          'S', NOT_SPACE);

  private static final Map<Character, Character> CONTROLS =
      Map.of('t', '\t', 'n', '\n', 'r', '\r', 'f', '\f', 'v', '\u000B', '0', '\0');

  /** Unicode's general categories, by their names of two letters. */
  private static final Map<String, Integer> CATEGORIES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("Lu", (int) Character.UPPERCASE_LETTER),
              Map.entry("Ll", (int) Character.LOWERCASE_LETTER),
              Map.entry("Lt", (int) Character.TITLECASE_LETTER),
              Map.entry("Lm", (int) Character.MODIFIER_LETTER),
              Map.entry("Lo", (int) Character.OTHER_LETTER),
              Map.entry("Mn", (int) Character.NON_SPACING_MARK),
              Map.entry("Mc", (int) Character.COMBINING_SPACING_MARK),
              Map.entry("Me", (int) Character.ENCLOSING_MARK),
              Map.entry("Nd", (int) Character.DECIMAL_DIGIT_NUMBER),
              Map.entry("Nl", (int) Character.LETTER_NUMBER),
              Map.entry("No", (int) Character.OTHER_NUMBER),
              Map.entry("Pc", (int) Character.CONNECTOR_PUNCTUATION),
              Map.entry("Pd", (int) Character.DASH_PUNCTUATION),
              Map.entry("Ps", (int) Character.START_PUNCTUATION),
              Map.entry("Pe", (int) Character.END_PUNCTUATION),
              Map.entry("Pi", (int) Character.INITIAL_QUOTE_PUNCTUATION),
              Map.entry("Pf", (int) Character.FINAL_QUOTE_PUNCTUATION),
              Map.entry("Po", (int) Character.OTHER_PUNCTUATION),
              Map.entry("Sm", (int) Character.MATH_SYMBOL),
              Map.entry("Sc", (int) Character.CURRENCY_SYMBOL),
              Map.entry("Sk", (int) Character.MODIFIER_SYMBOL),
              Map.entry("So", (int) Character.OTHER_SYMBOL),
              Map.entry("Zs", (int) Character.SPACE_SEPARATOR),
              Map.entry("Zl", (int) Character.LINE_SEPARATOR),
              Map.entry("Zp", (int) Character.PARAGRAPH_SEPARATOR)));

  private static final Map<String, CodePoints> PROPERTIES = new ConcurrentHashMap<>();

  private final String regex;
  private int at;

  /** Reads from an offset on: that of the bracket or the backslash. */
  RegexClasses(String regex, int at) {
    this.regex = regex;
    this.at = at;
  }

  /** An escape; tells where it ends. */
  CodePoints readEscape(IntConsumer end) {
    CodePoints set = escape(false);
    end.accept(at);
    return set;
  }

  /** A class in brackets; tells where it ends. */
  CodePoints readClass(IntConsumer end) {
    int start = at++;
    boolean negated = at < regex.length() && regex.charAt(at) == '^';
    at += negated ? 1 : 0;
    CodePoints set = CodePoints.NONE;
    boolean closed = false;
    boolean empty = true;
    while (at < regex.length() && !closed) {
      if (regex.charAt(at) == ']') {
        closed = true;
        at++;
      } else {
        set = set.union(member());
        empty = false;
      }
    }
    if (!closed) {
      throw problem("'[' is not closed", start);
    }
    if (empty) {
      throw problem("an empty class means different things in different dialects", start);
    }
    end.accept(at);
    return negated ? set.complement() : set;
  }

  private CodePoints member() {
    int start = at;
    CodePoints first = single();
    if (at + 1 >= regex.length() || regex.charAt(at) != '-' || regex.charAt(at + 1) == ']') {
      return first;
    }
    at++;
    CodePoints last = single();
    int from = onlyOne(first, start);
    int to = onlyOne(last, start);
    if (to < from) {
      throw problem("the range has its ends in the wrong order", start);
    }
    return CodePoints.range(from, to);
  }

  private int onlyOne(CodePoints set, int start) {
    int[] range = set.isEmpty() ? new int[] {0, 1} : set.ranges().getFirst();
    if (set.ranges().size() != 1 || range[0] != range[1]) {
      throw problem("a range begins and ends with a character, not with a class", start);
    }
    return range[0];
  }

  private CodePoints single() {
    char c = regex.charAt(at);
    if (c == '\\') {
      return escape(true);
    }
    if (c == '[') {
      throw problem("'[' in a class means different things in different dialects; write \\[", at);
    }
    if (c == '&' && regex.startsWith("&&", at)) {
      throw problem("'&&' in a class means different things in different dialects; write \\&", at);
    }
    int codePoint = regex.codePointAt(at);
    if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
      throw problem("half of a surrogate pair is no character", at);
    }
    at += Character.charCount(codePoint);
    return CodePoints.of(codePoint);
  }

  private CodePoints escape(boolean inClass) {
    int start = at++;
    if (at == regex.length()) {
      throw problem("a backslash at the end", start);
    }
    char c = regex.charAt(at++);
    CodePoints set = SETS.get(c);
    if (set != null) {
      return set;
    }
    Character control = CONTROLS.get(c);
    if (control != null) {
      if (c == '0' && at < regex.length() && Character.isDigit(regex.charAt(at))) {
        throw problem("octal escapes are not supported; write \\xHH", start);
      }
      return CodePoints.of(control);
    }
    return switch (c) {
      case 'x' -> hexadecimal(2, start);
      case 'u' -> hexadecimal(4, start);
      case 'p', 'P' -> property(c == 'P', start);
      case 'b', 'B' ->
          throw problem(
              inClass
                  ? "\\b in a class is not supported; write \\x08"
                  : "word boundaries are not supported",
              start);
      case 'A', 'Z', 'z', 'G' -> throw problem("\\" + c + " is not supported; use ^ and $", start);
      case 'k' -> throw problem("back references are not supported", start);
      default -> {
        if (c >= '1' && c <= '9') {
          throw problem("back references are not supported", start);
        }
        if (Character.isLetterOrDigit(c) || c >= 0x80) {
          throw problem("the escape \\" + c + " is not supported", start);
        }
        yield CodePoints.of(c);
      }
    };
  }

  private CodePoints hexadecimal(int digits, int start) {
    int value = digits(digits, start);
    if (Character.isHighSurrogate((char) value) && digits == 4 && regex.startsWith("\\u", at)) {
      at += 2;
      int low = digits(4, start);
      if (Character.isLowSurrogate((char) low)) {
        return CodePoints.of(Character.toCodePoint((char) value, (char) low));
      }
    }
    if (Character.isSurrogate((char) value)) {
      throw problem("half of a surrogate pair is no character", start);
    }
    return CodePoints.of(value);
  }

  private int digits(int digits, int start) {
    int end = at + digits;
    if (end > regex.length() || !regex.substring(at, end).chars().allMatch(HexFormat::isHexDigit)) {
      throw problem("the escape needs " + digits + " hexadecimal digits", start);
    }
    int value = HexFormat.fromHexDigits(regex, at, end);
    at = end;
    return value;
  }

  private CodePoints property(boolean negated, int start) {
    int end = regex.indexOf('}', at);
    if (end < 0 || regex.charAt(at) != '{') {
      throw problem("\\p is followed by a property in braces", start);
    }
    String name = regex.substring(at + 1, end);
    at = end + 1;
    CodePoints set = PROPERTIES.get(name);
    if (set == null) {
      set = category(name);
      if (set == null) {
        throw problem(
            "the property '"
                + name
                + "' is not supported; general categories such as L, Lu, Nd are",
            start);
      }
      PROPERTIES.put(name, set);
    }
    return negated ? set.complement() : set;
  }

  private static @Nullable CodePoints category(String name) {
    long types = 0;
    for (Map.Entry<String, Integer> category : CATEGORIES.entrySet()) {
      if (category.getKey().equals(name)
          || (name.length() == 1 && category.getKey().startsWith(name))) {
        types |= 1L << category.getValue();
      }
    }
    long wanted = types;
    return wanted == 0 ? null : CodePoints.where(c -> (wanted >>> Character.getType(c) & 1) != 0);
  }

  private GrammarException problem(String what, int offset) {
    return RegexParser.problem(regex, what, offset);
  }
}
