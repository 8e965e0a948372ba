package dev.bourse.grammar;

import static dev.bourse.grammar.Expression.characters;
import static dev.bourse.grammar.Expression.choice;
import static dev.bourse.grammar.Expression.repeat;
import static dev.bourse.grammar.Expression.sequence;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads regular expressions that are regular: no lookaround, no back references. What Java and
 * ECMAScript read differently is read so that both agree, or refused.
 */
final class RegexParser {

  /** Not the line terminators of either dialect. */
  private static final CodePoints DOT = CodePoints.of("\n\r\u0085\u2028\u2029").complement();

  private final String regex;
  private int at;
  private int depth;

  /** An alternative, and whether it insists on the beginning and the end of the text. */
  private record Alternative(Expression expression, boolean begins, boolean ends) {}

  private RegexParser(String regex) {
    this.regex = regex;
  }

  /** The texts that match as a whole; anchors at the ends change nothing. */
  static Expression whole(String regex) {
    return choice(parse(regex).stream().map(Alternative::expression).toList());
  }

  /**
   * The texts in which the expression is found somewhere, as JSON Schema's {@code pattern} means.
   */
  static Expression found(String regex) {
    Expression anything = Expression.star(characters(CodePoints.ALL));
    List<Expression> alternatives = new ArrayList<>();
    for (Alternative alternative : parse(regex)) {
      alternatives.add(
          sequence(
              alternative.begins ? Expression.EMPTY : anything,
              alternative.expression,
              alternative.ends ? Expression.EMPTY : anything));
    }
    return choice(alternatives);
  }

  private static List<Alternative> parse(String regex) {
    RegexParser parser = new RegexParser(regex);
    List<Alternative> alternatives = parser.alternatives();
    if (parser.at < regex.length()) {
      throw parser.problem("')' closes nothing", parser.at);
    }
    return alternatives;
  }

  private List<Alternative> alternatives() {
    if (++depth > Limits.NESTING_MAX) {
      throw problem("groups are nested deeper than " + Limits.NESTING_MAX, at);
    }
    List<Alternative> alternatives = new ArrayList<>();
    do {
      alternatives.add(alternative());
    } while (eat("|"));
    depth--;
    return alternatives;
  }

  private Alternative alternative() {
    boolean begins = false;
    while (eat("^")) {
      begins = true;
    }
    List<Expression> parts = new ArrayList<>();
    boolean ends = false;
    while (at < regex.length() && peek() != '|' && peek() != ')') {
      if (eat("$")) {
        ends = true;
      } else if (ends) {
        throw problem("nothing can come after the anchor '$'", at);
      } else {
        Part part = quantified(parts.isEmpty());
        begins |= part.begins;
        ends |= part.ends;
        parts.add(part.expression);
      }
    }
    return new Alternative(sequence(parts), begins, ends);
  }

  /** A part of an alternative; only a group may have anchors. */
  private record Part(Expression expression, boolean begins, boolean ends) {}

  private Part quantified(boolean first) {
    int start = at;
    Part part = part(first);
    int[] bounds = bounds();
    if (bounds == null) {
      return part;
    }
    if (part.begins || part.ends) {
      throw problem("an anchor inside a repetition is not supported", start);
    }
    if (eat("?")) { // reluctant: other matches, the same texts
    } else if (peek() == '+') {
      throw problem("possessive quantifiers are not supported", at);
    }
    if (bounds() != null) {
      throw problem("a quantifier after a quantifier", at - 1);
    }
    return new Part(repeat(part.expression, bounds[0], bounds[1]), false, false);
  }

  private int @Nullable [] bounds() {
    if (eat("*")) {
      return new int[] {0, Expression.UNBOUNDED};
    } else if (eat("+")) {
      return new int[] {1, Expression.UNBOUNDED};
    } else if (eat("?")) {
      return new int[] {0, 1};
    } else if (!eat("{")) {
      return null;
    }
    int start = at - 1;
    int min = number(start);
    int max = min;
    if (eat(",")) {
      max = peek() == '}' ? Expression.UNBOUNDED : number(start);
    }
    if (!eat("}")) {
      throw problem("'{' does not begin {n}, {n,} or {n,m}; write \\{ for a brace", start);
    }
    if (max < min) {
      throw problem(
          "the repetition {" + min + "," + max + "} has its bounds in the wrong order", start);
    }
    return new int[] {min, max};
  }

  private int number(int start) {
    int from = at;
    long value = 0;
    while (at < regex.length() && peek() >= '0' && peek() <= '9') {
      value = Math.min(value * 10 + peek() - '0', Integer.MAX_VALUE);
      at++;
    }
    if (at == from) {
      throw problem("'{' does not begin {n}, {n,} or {n,m}; write \\{ for a brace", start);
    }
    Limits.check("repetitions at offset " + start, value, Limits.REPETITIONS_MAX);
    return (int) value;
  }

  private Part part(boolean first) {
    int start = at;
    int c = regex.codePointAt(at);
    at += Character.charCount(c);
    return switch (c) {
      case '(' -> group(start, first);
      case '[' -> plain(characters(new RegexClasses(regex, at - 1).readClass(this::moveTo)));
      case '.' -> plain(characters(DOT));
      case '\\' -> plain(characters(new RegexClasses(regex, at - 1).readEscape(this::moveTo)));
      case '*', '+', '?', '{' ->
          throw problem("'" + (char) c + "' repeats nothing; write \\" + (char) c, start);
      case '^' -> throw problem("the anchor '^' is supported only at the beginning", start);
      case ']', '}' ->
          throw problem("'" + (char) c + "' closes nothing; write \\" + (char) c, start);
      default -> {
        if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
          throw problem("half of a surrogate pair is no character", start);
        }
        yield plain(Expression.literal(Character.toString(c)));
      }
    };
  }

  private static Part plain(Expression expression) {
    return new Part(expression, false, false);
  }

  private void moveTo(int offset) {
    at = offset;
  }

  private Part group(int start, boolean first) {
    if (eat("?")) {
      groupKind(start);
    }
    List<Alternative> alternatives = alternatives();
    if (!eat(")")) {
      throw problem("'(' is not closed", start);
    }
    boolean begins = alternatives.getFirst().begins;
    boolean ends = alternatives.getFirst().ends;
    for (Alternative alternative : alternatives) {
      if (alternative.begins != begins || alternative.ends != ends) {
        throw problem("some alternatives of the group have an anchor and some have not", start);
      }
    }
    if (begins && !first) {
      throw problem("the anchor '^' is supported only at the beginning", start);
    }
    return new Part(
        choice(alternatives.stream().map(Alternative::expression).toList()), begins, ends);
  }

  private void groupKind(int start) {
    if (eat(":")) {
      return;
    } else if (eat("=") || eat("!")) {
      throw problem("lookahead is not supported", start);
    } else if (eat("<=") || eat("<!")) {
      throw problem("lookbehind is not supported", start);
    } else if (eat(">")) {
      throw problem("atomic groups are not supported", start);
    } else if (!eat("<")) {
      throw problem("inline flags and this kind of group are not supported", start);
    }
    int end = regex.indexOf('>', at);
    if (end < 0 || !regex.substring(at, end).matches("[A-Za-z][A-Za-z0-9]*")) {
      throw problem("the group's name is not letters and digits in <>", start);
    }
    at = end + 1;
  }

  private char peek() {
    return at < regex.length() ? regex.charAt(at) : '\0';
  }

  private boolean eat(String text) {
    boolean there = regex.startsWith(text, at);
    at += there ? text.length() : 0;
    return there;
  }

  private GrammarException problem(String what, int offset) {
    return problem(regex, what, offset);
  }

  static GrammarException problem(String regex, String what, int offset) {
    String shown = regex.length() > 80 ? regex.substring(0, 80) + "…" : regex;
    return new GrammarException(
        "regular expression '" + shown + "', offset " + offset + ": " + what);
  }
}
