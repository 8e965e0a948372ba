package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Makes one grammar of several, whose rules get names of their own. */
final class Composition {

  private Composition() {}

  /**
   * The rules of all parts, under a root made of their roots.
   *
   * @param root makes the root's expression of one reference for each part
   */
  static Map<String, Expression> of(
      List<Map<String, Expression>> parts, Function<List<Expression>, Expression> root) {
    Map<String, Expression> rules = new LinkedHashMap<>();
    List<Expression> roots = new ArrayList<>();
    for (int at = 0; at < parts.size(); at++) {
      String prefix = "g" + at + "-";
      parts.get(at).forEach((name, rule) -> rules.put(prefix + name, renamed(rule, prefix)));
      roots.add(Expression.reference(prefix + Grammar.ROOT));
    }
    rules.put(Grammar.ROOT, root.apply(roots));
    return rules;
  }

  private static Expression renamed(Expression expression, String prefix) {
    return switch (expression) {
      case Expression.Literal literal -> literal;
      case Expression.Characters characters -> characters;
      case Expression.Sequence sequence ->
          new Expression.Sequence(
              sequence.parts().stream().map(part -> renamed(part, prefix)).toList());
      case Expression.Choice choice ->
          new Expression.Choice(
              choice.alternatives().stream().map(part -> renamed(part, prefix)).toList());
      case Expression.Repeat repeat ->
          new Expression.Repeat(renamed(repeat.part(), prefix), repeat.min(), repeat.max());
      case Expression.Reference reference -> Expression.reference(prefix + reference.rule());
    };
  }
}
