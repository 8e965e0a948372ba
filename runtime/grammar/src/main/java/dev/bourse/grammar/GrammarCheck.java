package dev.bourse.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Refuses a set of rules that is too large, too deep or refers to a rule that is not there. */
final class GrammarCheck {

  private final Map<String, Expression> rules;
  private int parts;

  private GrammarCheck(Map<String, Expression> rules) {
    this.rules = rules;
  }

  static void check(Map<String, Expression> rules) {
    if (!rules.containsKey(Grammar.ROOT)) {
      throw new GrammarException(
          "the grammar has no rule '" + Grammar.ROOT + "', which it starts with");
    }
    GrammarCheck check = new GrammarCheck(rules);
    rules.forEach((name, expression) -> check.visit(name, expression, 0));
  }

  private void visit(String rule, Expression expression, int depth) {
    Limits.check("parts", ++parts, Limits.PARTS_MAX);
    Limits.check("nesting in rule '" + rule + "'", depth, 4L * Limits.NESTING_MAX);
    switch (expression) {
      case Expression.Literal literal -> parts += literal.text().length() / 16;
      case Expression.Characters set -> {}
      case Expression.Sequence sequence ->
          sequence.parts().forEach(part -> visit(rule, part, depth + 1));
      case Expression.Choice choice ->
          choice.alternatives().forEach(part -> visit(rule, part, depth + 1));
      case Expression.Repeat repeat -> {
        int bound = repeat.max() == Expression.UNBOUNDED ? repeat.min() : repeat.max();
        Limits.check("repetitions in rule '" + rule + "'", bound, Limits.REPETITIONS_MAX);
        visit(rule, repeat.part(), depth + 1);
      }
      case Expression.Reference reference -> {
        if (!rules.containsKey(reference.rule())) {
          throw new GrammarException(
              "rule '" + rule + "' refers to '" + reference.rule() + "', which is not defined");
        }
      }
    }
  }

  /** The rules that the root refers to, directly or not, in the order they are given in. */
  static Map<String, Expression> reachable(Map<String, Expression> rules) {
    Set<String> reached = new HashSet<>(Set.of(Grammar.ROOT));
    Deque<String> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      for (String rule : references(rules.getOrDefault(open.pop(), Expression.NOTHING))) {
        if (reached.add(rule)) {
          open.push(rule);
        }
      }
    }
    Map<String, Expression> kept = new LinkedHashMap<>(rules);
    kept.keySet().retainAll(reached);
    return kept;
  }

  private static Set<String> references(Expression expression) {
    Set<String> references = new LinkedHashSet<>();
    collect(expression, references);
    return references;
  }

  private static void collect(Expression expression, Set<String> references) {
    switch (expression) {
      case Expression.Literal literal -> {}
      case Expression.Characters characters -> {}
      case Expression.Sequence sequence ->
          sequence.parts().forEach(part -> collect(part, references));
      case Expression.Choice choice ->
          choice.alternatives().forEach(part -> collect(part, references));
      case Expression.Repeat repeat -> collect(repeat.part(), references);
      case Expression.Reference reference -> references.add(reference.rule());
    }
  }

  /** The rules that match the empty text. */
  static Set<String> nullable(Map<String, Expression> rules) {
    Map<String, List<String>> users = new HashMap<>();
    rules.forEach(
        (rule, expression) ->
            references(expression)
                .forEach(used -> users.computeIfAbsent(used, u -> new ArrayList<>()).add(rule)));
    Set<String> nullable = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(rules.keySet());
    while (!open.isEmpty()) {
      String rule = open.pop();
      if (!nullable.contains(rule)
          && matchesEmpty(rules.getOrDefault(rule, Expression.NOTHING), nullable)) {
        nullable.add(rule);
        open.addAll(users.getOrDefault(rule, List.of()));
      }
    }
    return nullable;
  }

  private static boolean matchesEmpty(Expression expression, Set<String> nullable) {
    return switch (expression) {
      case Expression.Literal literal -> literal.text().isEmpty();
      case Expression.Characters set -> false;
      case Expression.Sequence sequence ->
          sequence.parts().stream().allMatch(part -> matchesEmpty(part, nullable));
      case Expression.Choice choice ->
          choice.alternatives().stream().anyMatch(part -> matchesEmpty(part, nullable));
      case Expression.Repeat repeat -> repeat.min() == 0 || matchesEmpty(repeat.part(), nullable);
      case Expression.Reference reference -> nullable.contains(reference.rule());
    };
  }
}
