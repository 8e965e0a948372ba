package dev.bourse.grammar;

import java.util.Map;
import java.util.stream.Collectors;

/** Writes rules in the EBNF that {@link EbnfParser} reads: one rule a line, root first. */
final class EbnfWriter {

  private EbnfWriter() {}

  static String write(Map<String, Expression> rules) {
    StringBuilder text = new StringBuilder();
    rule(text, Grammar.ROOT, rules.getOrDefault(Grammar.ROOT, Expression.NOTHING));
    rules.forEach(
        (name, expression) -> {
          if (!name.equals(Grammar.ROOT)) {
            rule(text, name, expression);
          }
        });
    return text.toString();
  }

  private static void rule(StringBuilder text, String name, Expression expression) {
    text.append(name).append(" ::= ").append(alternatives(expression)).append('\n');
  }

  private static String alternatives(Expression expression) {
    if (expression instanceof Expression.Choice choice && !choice.alternatives().isEmpty()) {
      return choice.alternatives().stream()
          .map(EbnfWriter::sequence)
          .collect(Collectors.joining(" | "));
    }
    return sequence(expression);
  }

  private static String sequence(Expression expression) {
    if (expression instanceof Expression.Sequence sequence && !sequence.parts().isEmpty()) {
      return sequence.parts().stream().map(EbnfWriter::part).collect(Collectors.joining(" "));
    }
    return part(expression);
  }

  private static String part(Expression expression) {
    return switch (expression) {
      case Expression.Literal literal -> quoted(literal.text());
      case Expression.Characters characters -> characterClass(characters.set());
      case Expression.Reference reference -> reference.rule();
      case Expression.Sequence sequence ->
          sequence.parts().isEmpty() ? "\"\"" : "(" + sequence(sequence) + ")";
      case Expression.Choice choice ->
          choice.alternatives().isEmpty() ? "[]" : "(" + alternatives(choice) + ")";
      case Expression.Repeat repeat -> repeated(repeat);
    };
  }

  private static String repeated(Expression.Repeat repeat) {
    String part =
        repeat.part() instanceof Expression.Repeat
            ? "(" + part(repeat.part()) + ")"
            : part(repeat.part());
    int min = repeat.min();
    int max = repeat.max();
    if (max == Expression.UNBOUNDED) {
      return part + (min == 0 ? "*" : min == 1 ? "+" : "{" + min + ",}");
    }
    return part
        + (min == 0 && max == 1 ? "?" : min == max ? "{" + min + "}" : "{" + min + "," + max + "}");
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> quoted.append(c == '"' || c == '\\' ? "\\" + (char) c : character(c)));
    return quoted.append('"').toString();
  }

  /** A set as a class; a set that is mostly everything as a negated one. */
  static String characterClass(CodePoints set) {
    boolean negated = set.contains(Character.MAX_CODE_POINT);
    StringBuilder text = new StringBuilder(negated ? "[^" : "[");
    for (int[] range : (negated ? set.complement() : set).ranges()) {
      text.append(classMember(range[0]));
      if (range[1] > range[0]) {
        text.append(range[1] > range[0] + 1 ? "-" : "").append(classMember(range[1]));
      }
    }
    return text.append(']').toString();
  }

  private static String classMember(int c) {
    return c < 0x80 && "]\\^-[".indexOf(c) >= 0 ? "\\" + (char) c : character(c);
  }

  private static String character(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> {
        if (c >= 0x20 && c < 0x7F) {
          yield String.valueOf((char) c);
        }
        yield c <= 0xFF
            ? "\\x%02X".formatted(c)
            : c <= 0xFFFF ? "\\u%04X".formatted(c) : "\\U%08X".formatted(c);
      }
    };
  }
}
