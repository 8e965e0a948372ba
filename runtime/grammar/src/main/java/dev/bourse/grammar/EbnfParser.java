package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads EBNF in the dialect of GBNF: {@code name ::= …}, literals, classes, {@code .}, groups,
 * {@code |}, {@code * + ? {m,n}}, comments from {@code #} to the end of the line. A rule ends where
 * the next one begins; {@code []} matches nothing.
 */
final class EbnfParser {

  private final EbnfLexer in;
  private int depth;

  private EbnfParser(String text) {
    in = new EbnfLexer(text);
  }

  static Map<String, Expression> parse(String text) {
    return new EbnfParser(text).rules();
  }

  private Map<String, Expression> rules() {
    Map<String, Expression> rules = new LinkedHashMap<>();
    in.skipBlank();
    while (!in.atEnd()) {
      int start = in.offset();
      String name = in.name();
      if (name == null || !in.eat("::=")) {
        throw in.problem("a rule begins with a name and '::='", start);
      }
      Expression expression = alternatives();
      if (rules.putIfAbsent(name, expression) != null) {
        throw in.problem("rule '" + name + "' is defined twice", start);
      }
      Limits.check("rules", rules.size(), Limits.RULES_MAX);
      if (!in.atEnd() && !in.atRule()) {
        throw in.problem("'" + in.shown() + "' cannot stand here", in.offset());
      }
    }
    return rules;
  }

  private Expression alternatives() {
    if (++depth > Limits.NESTING_MAX) {
      throw in.problem("groups are nested deeper than " + Limits.NESTING_MAX, in.offset());
    }
    List<Expression> alternatives = new ArrayList<>();
    do {
      alternatives.add(sequence());
    } while (in.eat("|"));
    depth--;
    return Expression.choice(alternatives);
  }

  private Expression sequence() {
    List<Expression> parts = new ArrayList<>();
    while (true) {
      Expression part = part();
      if (part == null) {
        return Expression.sequence(parts);
      }
      parts.add(repeated(part));
    }
  }

  private @Nullable Expression part() {
    if (in.atEnd() || in.atRule()) {
      return null;
    }
    int start = in.offset();
    return switch (in.peek()) {
      case '"' -> Expression.literal(in.literal());
      case '[' -> Expression.characters(in.characterClass());
      case '.' -> {
        in.eat(".");
        yield Expression.characters(CodePoints.ALL);
      }
      case '(' -> {
        in.eat("(");
        Expression group = alternatives();
        if (!in.eat(")")) {
          throw in.problem("'(' is not closed", start);
        }
        yield group;
      }
      case '*', '+', '?', '{' ->
          throw in.problem("'" + (char) in.peek() + "' repeats nothing", start);
      default -> {
        String name = in.name();
        if (name == null) {
          yield null;
        }
        yield Expression.reference(name);
      }
    };
  }

  private Expression repeated(Expression part) {
    Expression repeated = part;
    for (int times = 0; ; times++) {
      if (times > 4) {
        throw in.problem("too many repetitions of one part", in.offset());
      }
      int start = in.offset();
      if (in.eat("*")) {
        repeated = Expression.star(repeated);
      } else if (in.eat("+")) {
        repeated = Expression.repeat(repeated, 1, Expression.UNBOUNDED);
      } else if (in.eat("?")) {
        repeated = Expression.optional(repeated);
      } else if (in.eat("{")) {
        repeated = bounded(repeated, start);
      } else {
        return repeated;
      }
    }
  }

  private Expression bounded(Expression part, int start) {
    int min = in.peek() == ',' ? 0 : in.number();
    int max = min;
    if (in.eat(",")) {
      max = in.peek() == '}' ? Expression.UNBOUNDED : in.number();
    }
    if (!in.eat("}")) {
      throw in.problem("'{' is not closed", start);
    }
    if (max < min) {
      throw in.problem("the bounds {" + min + "," + max + "} are in the wrong order", start);
    }
    return Expression.repeat(part, min, max);
  }
}
