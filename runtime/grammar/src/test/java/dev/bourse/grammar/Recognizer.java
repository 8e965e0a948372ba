package dev.bourse.grammar;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** An independent judge of grammars: where each part of a rule may end, by its definition. */
final class Recognizer {

  private final Map<String, Expression> rules;
  private final String text;
  private final Map<String, BitSet> known = new HashMap<>();

  private Recognizer(Map<String, Expression> rules, String text) {
    this.rules = rules;
    this.text = text;
  }

  static boolean matches(Map<String, Expression> rules, String text) {
    return new Recognizer(rules, text)
        .ends(new Expression.Reference(Grammar.ROOT), 0)
        .get(text.length());
  }

  private BitSet ends(Expression expression, int start) {
    BitSet ends = new BitSet();
    switch (expression) {
      case Expression.Literal literal ->
          ends.set(start + literal.text().length(), text.startsWith(literal.text(), start));
      case Expression.Characters characters ->
          ends.set(
              start + 1, start < text.length() && characters.set().contains(text.charAt(start)));
      case Expression.Choice choice ->
          choice.alternatives().forEach(alternative -> ends.or(ends(alternative, start)));
      case Expression.Reference reference -> {
        String key = reference.rule() + "@" + start;
        BitSet before = known.get(key);
        if (before == null) {
          before = ends(rules.getOrDefault(reference.rule(), Expression.NOTHING), start);
          known.put(key, before);
        }
        ends.or(before);
      }
      case Expression.Sequence sequence -> {
        ends.set(start);
        for (Expression part : sequence.parts()) {
          BitSet after = after(part, ends);
          ends.clear();
          ends.or(after);
        }
      }
      case Expression.Repeat repeat -> {
        BitSet now = new BitSet();
        now.set(start);
        for (int i = 0; i <= Math.min(repeat.max(), repeat.min() + text.length()); i++) {
          if (i >= repeat.min()) {
            ends.or(now);
          }
          now = after(repeat.part(), now);
        }
      }
    }
    return ends;
  }

  private BitSet after(Expression part, BitSet starts) {
    BitSet after = new BitSet();
    starts.stream().forEach(start -> after.or(ends(part, start)));
    return after;
  }
}
