package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.List;

/** What a rule matches. Characters are Unicode scalar values; how they become bytes comes later. */
sealed interface Expression {

  /** Matches only the empty text. */
  Expression EMPTY = new Sequence(List.of());

  /** Matches nothing, not even the empty text. */
  Expression NOTHING = new Choice(List.of());

  int UNBOUNDED = Integer.MAX_VALUE;

  /** This text. */
  record Literal(String text) implements Expression {}

  /** One of these characters. */
  record Characters(CodePoints set) implements Expression {}

  /** One part after the other. */
  record Sequence(List<Expression> parts) implements Expression {
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /** Any one of the alternatives. */
  record Choice(List<Expression> alternatives) implements Expression {
    public Choice {
      alternatives = List.copyOf(alternatives);
    }
  }

  /** From {@code min} to {@code max} times, {@link #UNBOUNDED} for no upper bound. */
  record Repeat(Expression part, int min, int max) implements Expression {}

  /** What the rule of this name matches. */
  record Reference(String rule) implements Expression {}

  static Expression literal(String text) {
    return text.isEmpty() ? EMPTY : new Literal(text);
  }

  static Expression characters(CodePoints set) {
    return set.isEmpty() ? NOTHING : new Characters(set);
  }

  static Expression reference(String rule) {
    return new Reference(rule);
  }

  static Expression sequence(Expression... parts) {
    return sequence(List.of(parts));
  }

  static Expression sequence(List<Expression> parts) {
    if (parts.contains(NOTHING)) {
      return NOTHING;
    }
    List<Expression> flat = new ArrayList<>();
    for (Expression part : parts) {
      if (part instanceof Sequence inner) {
        inner.parts.forEach(each -> append(flat, each));
      } else {
        append(flat, part);
      }
    }
    return flat.size() == 1 ? flat.getFirst() : new Sequence(flat);
  }

  /** Adds a part; literals in a row are one. */
  private static void append(List<Expression> parts, Expression part) {
    if (part instanceof Literal now
        && !parts.isEmpty()
        && parts.getLast() instanceof Literal last) {
      parts.set(parts.size() - 1, new Literal(last.text + now.text));
    } else {
      parts.add(part);
    }
  }

  static Expression choice(Expression... alternatives) {
    return choice(List.of(alternatives));
  }

  static Expression choice(List<Expression> alternatives) {
    List<Expression> flat = new ArrayList<>();
    for (Expression alternative : alternatives) {
      if (alternative instanceof Choice inner) {
        flat.addAll(inner.alternatives);
      } else {
        flat.add(alternative);
      }
    }
    List<Expression> distinct = flat.stream().distinct().toList();
    return distinct.size() == 1 ? distinct.getFirst() : new Choice(distinct);
  }

  static Expression repeat(Expression part, int min, int max) {
    if (max == 0 || part.equals(EMPTY)) {
      return EMPTY;
    }
    if (part.equals(NOTHING)) {
      return min == 0 ? EMPTY : NOTHING;
    }
    return min == 1 && max == 1 ? part : new Repeat(part, min, max);
  }

  static Expression optional(Expression part) {
    return repeat(part, 0, 1);
  }

  static Expression star(Expression part) {
    return repeat(part, 0, UNBOUNDED);
  }
}
