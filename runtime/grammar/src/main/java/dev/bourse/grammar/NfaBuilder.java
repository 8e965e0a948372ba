package dev.bourse.grammar;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Thompson's construction, for all rules in one automaton. A rule is a state to start from; a
 * reference at the end of a rule is a jump there, any other one an edge that calls. So a rule that
 * refers to itself only at its end is a loop and needs no stack.
 */
final class NfaBuilder {

  /** Rules without references, up to this many parts, are built in place of a call. */
  private static final int INLINE_PARTS_MAX = 20;

  /** Inside more copies than this, only what is a single class of characters is built in place. */
  private static final int INLINE_COPIES_MAX = 8;

  private final Nfa nfa = new Nfa();
  private final boolean utf8;
  private final Map<String, Expression> rules;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final int[] starts;
  private final Set<String> nullable;
  private long copies = 1;

  private NfaBuilder(Map<String, Expression> rules, boolean utf8) {
    this.rules = rules;
    this.utf8 = utf8;
    nullable = GrammarCheck.nullable(rules);
    starts = new int[rules.size()];
    for (String rule : rules.keySet()) {
      starts[numbers.size()] = nfa.state();
      numbers.put(rule, numbers.size());
    }
    rules.forEach((rule, expression) -> build(expression, starts[number(rule)], Nfa.FINAL));
  }

  /** All rules over bytes; {@code starts} tells the state that each rule, in order, begins in. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Rules(Nfa nfa, int[] starts) {}

  static Rules overBytes(Map<String, Expression> rules) {
    NfaBuilder builder = new NfaBuilder(rules, true);
    return new Rules(builder.nfa, builder.starts);
  }

  /** One expression without references, over characters. */
  static Rules overCharacters(Expression expression) {
    NfaBuilder builder = new NfaBuilder(Map.of(Grammar.ROOT, expression), false);
    return new Rules(builder.nfa, builder.starts);
  }

  private int number(String rule) {
    return numbers.getOrDefault(rule, -1);
  }

  private void build(Expression expression, int from, int to) {
    switch (expression) {
      case Expression.Literal literal -> literal(literal.text(), from, to);
      case Expression.Characters characters -> characters(characters.set(), from, to);
      case Expression.Sequence sequence -> sequence(sequence.parts(), from, to);
      case Expression.Choice choice ->
          choice.alternatives().forEach(alternative -> build(alternative, from, to));
      case Expression.Repeat repeat -> repeat(repeat, from, to);
      case Expression.Reference reference -> reference(reference.rule(), from, to);
    }
  }

  private void literal(String text, int from, int to) {
    int[] symbols =
        utf8
            ? text.codePoints().flatMap(c -> Arrays.stream(Utf8Ranges.bytes(c))).toArray()
            : text.codePoints().toArray();
    int at = from;
    for (int i = 0; i < symbols.length; i++) {
      int then = i == symbols.length - 1 ? to : nfa.state();
      nfa.edge(at, symbols[i], symbols[i], then);
      at = then;
    }
    if (symbols.length == 0) {
      nfa.epsilon(from, to);
    }
  }

  private void characters(CodePoints set, int from, int to) {
    Map<List<Integer>, Integer> tails = new HashMap<>();
    for (int[] range : set.ranges()) {
      if (utf8) {
        for (int[] bytes : Utf8Ranges.of(range[0], range[1])) {
          nfa.edge(from, bytes[0], bytes[1], tail(bytes, 2, to, tails));
        }
      } else {
        nfa.edge(from, range[0], range[1], to);
      }
    }
  }

  /** The state from which the bytes from an index on lead to {@code to}; equal tails are shared. */
  private int tail(int[] bytes, int at, int to, Map<List<Integer>, Integer> tails) {
    if (at == bytes.length) {
      return to;
    }
    List<Integer> key = Arrays.stream(bytes, at, bytes.length).boxed().toList();
    Integer known = tails.get(key);
    if (known != null) {
      return known;
    }
    int state = nfa.state();
    nfa.edge(state, bytes[at], bytes[at + 1], tail(bytes, at + 2, to, tails));
    tails.put(key, state);
    return state;
  }

  private void sequence(List<Expression> parts, int from, int to) {
    int at = from;
    for (int i = 0; i < parts.size(); i++) {
      int then = i == parts.size() - 1 ? to : nfa.state();
      build(parts.get(i), at, then);
      at = then;
    }
    if (parts.isEmpty()) {
      nfa.epsilon(from, to);
    }
  }

  private void repeat(Expression.Repeat repeat, int from, int to) {
    boolean unbounded = repeat.max() == Expression.UNBOUNDED;
    int count = unbounded ? repeat.min() : repeat.max();
    long outside = copies;
    copies *= Math.max(1, count);
    int at = from;
    for (int i = 0; i < count; i++) {
      if (i >= repeat.min()) {
        nfa.epsilon(at, to);
      }
      int then = i == count - 1 && !unbounded ? to : nfa.state();
      build(repeat.part(), at, then);
      at = then;
    }
    if (unbounded) {
      int loop = nfa.state();
      nfa.epsilon(at, loop);
      build(repeat.part(), loop, loop);
      nfa.epsilon(loop, to);
    } else if (count == 0) {
      nfa.epsilon(from, to);
    }
    copies = outside;
  }

  private void reference(String rule, int from, int to) {
    Expression expression = rules.getOrDefault(rule, Expression.NOTHING);
    if (parts(expression, 0) <= (copies > INLINE_COPIES_MAX ? 1 : INLINE_PARTS_MAX)) {
      build(expression, from, to);
    } else if (to == Nfa.FINAL) {
      nfa.epsilon(from, starts[number(rule)]);
    } else {
      int call = Nfa.CALL + number(rule);
      nfa.edge(from, call, call, to);
      if (nullable.contains(rule)) {
        nfa.epsilon(from, to);
      }
    }
  }

  /** About how many states an expression takes; more than can be inlined if it has references. */
  private static int parts(Expression expression, int soFar) {
    int parts = soFar;
    if (parts > INLINE_PARTS_MAX) {
      return parts;
    }
    switch (expression) {
      case Expression.Literal literal -> parts += literal.text().length();
      case Expression.Characters characters ->
          parts += characters.set().ranges().getLast()[1] < 0x80 ? 1 : 6;
      case Expression.Sequence sequence -> {
        for (Expression part : sequence.parts()) {
          parts = parts(part, parts);
        }
      }
      case Expression.Choice choice -> {
        for (Expression part : choice.alternatives()) {
          parts = parts(part, parts);
        }
      }
      case Expression.Repeat repeat -> {
        int bound = repeat.max() == Expression.UNBOUNDED ? repeat.min() : repeat.max();
        int once = parts(repeat.part(), 0);
        parts = (int) Math.min(INLINE_PARTS_MAX + 1L, parts + (long) once * Math.max(1, bound));
      }
      case Expression.Reference reference -> parts = INLINE_PARTS_MAX + 1;
    }
    return parts;
  }
}
