package dev.bourse.grammar;

import static dev.bourse.grammar.Expression.characters;
import static dev.bourse.grammar.Expression.choice;
import static dev.bourse.grammar.Expression.literal;
import static dev.bourse.grammar.Expression.optional;
import static dev.bourse.grammar.Expression.reference;
import static dev.bourse.grammar.Expression.repeat;
import static dev.bourse.grammar.Expression.sequence;
import static dev.bourse.grammar.Expression.star;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** The rules of RFC 8259, which other grammars of JSON refer to; names begin with {@code json-}. */
final class JsonText {

  static final Expression VALUE = reference("json-value");
  static final Expression OBJECT = reference("json-object");
  static final Expression ARRAY = reference("json-array");
  static final Expression STRING = reference("json-string");
  static final Expression NUMBER = reference("json-number");
  static final Expression INTEGER = reference("json-integer");

  /** One character of a string, escaped or not. */
  static final Expression CHARACTER = reference("json-character");

  /** White space inside brackets and after commas. */
  static final Expression SPACE = reference("json-space");

  /** White space after a colon. */
  static final Expression COLON = reference("json-colon");

  /** White space before commas and colons. */
  static final Expression BEFORE = reference("json-before");

  /** What a string writes with an escape: quotation mark, backslash, control characters. */
  private static final CodePoints SPECIAL = CodePoints.of("\"\\").union(CodePoints.range(0, 0x1F));

  private static final CodePoints HEX =
      CodePoints.range('0', '9')
          .union(CodePoints.range('a', 'f'))
          .union(CodePoints.range('A', 'F'));

  private static final Expression DIGITS = characters(CodePoints.range('0', '9'));

  private JsonText() {}

  static Map<String, Expression> rules(Whitespace whitespace) {
    Map<String, Expression> rules = new LinkedHashMap<>();
    rules.put(
        "json-value",
        choice(OBJECT, ARRAY, STRING, NUMBER, literal("true"), literal("false"), literal("null")));
    Expression pair = sequence(STRING, BEFORE, literal(":"), COLON, VALUE);
    rules.put("json-object", bracketed("{", list(pair), "}"));
    rules.put("json-array", bracketed("[", list(VALUE), "]"));
    rules.put("json-string", sequence(literal("\""), star(CHARACTER), literal("\"")));
    rules.put("json-character", choice(characters(SPECIAL.complement()), reference("json-escape")));
    rules.put("json-escape", escape());
    Expression magnitude =
        choice(literal("0"), sequence(characters(CodePoints.range('1', '9')), star(DIGITS)));
    rules.put("json-integer", sequence(optional(literal("-")), magnitude));
    // Two digits of exponent: with more, readers see infinity where there is a number.
    rules.put(
        "json-number",
        sequence(
            INTEGER,
            optional(sequence(literal("."), repeat(DIGITS, 1, Expression.UNBOUNDED))),
            optional(
                sequence(
                    characters(CodePoints.of("eE")),
                    optional(characters(CodePoints.of("+-"))),
                    repeat(DIGITS, 1, 2)))));
    Expression any = star(characters(CodePoints.of(" \t\n\r")));
    Expression space = optional(literal(" "));
    Expression line = sequence(literal("\n"), repeat(characters(CodePoints.of(" \t")), 0, 20));
    switch (whitespace) {
      case NONE -> spaces(rules, Expression.EMPTY, Expression.EMPTY, Expression.EMPTY);
      case USUAL -> spaces(rules, choice(space, line), space, Expression.EMPTY);
      case ANY -> spaces(rules, any, any, any);
    }
    return rules;
  }

  private static void spaces(
      Map<String, Expression> rules, Expression inside, Expression colon, Expression before) {
    rules.put("json-space", inside);
    rules.put("json-colon", colon);
    rules.put("json-before", before);
  }

  /** An object or array; its members may be absent. */
  static Expression bracketed(String open, Expression members, String close) {
    return sequence(literal(open), SPACE, optional(sequence(members, SPACE)), literal(close));
  }

  private static Expression list(Expression member) {
    return sequence(member, star(next(member)));
  }

  /** A member after another one. */
  static Expression next(Expression member) {
    return sequence(BEFORE, literal(","), SPACE, member);
  }

  private static Expression escape() {
    Expression hex = characters(HEX);
    CodePoints d = CodePoints.of("dD");
    Expression ordinary =
        choice(
            sequence(characters(HEX.minus(d)), hex, hex, hex),
            sequence(characters(d), characters(CodePoints.range('0', '7')), hex, hex));
    Expression pair =
        sequence(
            characters(d),
            characters(CodePoints.of("89abAB")),
            hex,
            hex,
            literal("\\u"),
            characters(d),
            characters(CodePoints.of("cdefCDEF")),
            hex,
            hex);
    return sequence(
        literal("\\"),
        choice(
            characters(CodePoints.of("\"\\/bfnrt")),
            sequence(literal("u"), choice(ordinary, pair))));
  }

  /** A string literal in which each character is written in one way. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> quoted.append(written(c)));
    return quoted.append('"').toString();
  }

  /** An expression over characters, as these stand in a string literal, each in one way. */
  static Expression escaped(Expression expression) {
    return switch (expression) {
      case Expression.Literal literal -> {
        String quoted = quoted(literal.text());
        yield literal(quoted.substring(1, quoted.length() - 1));
      }
      case Expression.Characters characters -> escaped(characters.set());
      case Expression.Sequence sequence ->
          sequence(sequence.parts().stream().map(JsonText::escaped).toList());
      case Expression.Choice choice ->
          choice(choice.alternatives().stream().map(JsonText::escaped).toList());
      case Expression.Repeat repeat -> repeat(escaped(repeat.part()), repeat.min(), repeat.max());
      case Expression.Reference reference -> reference;
    };
  }

  private static Expression escaped(CodePoints set) {
    Expression plain = characters(set.minus(SPECIAL));
    CodePoints special = set.intersection(SPECIAL);
    if (special.isEmpty()) {
      return plain;
    }
    return choice(
        plain,
        choice(
            special.ranges().stream()
                .flatMapToInt(range -> IntStream.rangeClosed(range[0], range[1]))
                .mapToObj(c -> literal(written(c)))
                .toList()));
  }

  private static String written(int c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      default -> c < 0x20 ? "\\u%04x".formatted(c) : Character.toString(c);
    };
  }
}
