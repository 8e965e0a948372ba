package dev.bourse.text.template;

import dev.bourse.text.template.Value.Bool;
import dev.bourse.text.template.Value.Dict;
import dev.bourse.text.template.Value.DictView;
import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.ListValue;
import dev.bourse.text.template.Value.None;
import dev.bourse.text.template.Value.Range;
import dev.bourse.text.template.Value.Real;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Tuple;
import dev.bourse.text.template.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Equality, order and membership as Python defines them. */
final class Comparison {
  private Comparison() {}

  static boolean equal(Value left, Value right, Budget budget) {
    return equal(left, right, budget, 0);
  }

  @SuppressWarnings(
      "ReferenceEquality") // one object is equal to itself, as Python's shortcut has it
  private static boolean equal(Value left, Value right, Budget budget, int level) {
    budget.step();
    budget.checkDataDepth(level);
    if (left == right) {
      return !(left instanceof Real real && Double.isNaN(real.value()));
    }
    if (Values.isNumber(left) && Values.isNumber(right)) {
      return compareNumbers(left, right).filter(order -> order == 0).isPresent();
    }
    return switch (left) {
      case Str a when right instanceof Str b -> {
        budget.scan(Math.min(a.text().length(), b.text().length()));
        yield a.text().equals(b.text());
      }
      case Undefined _ -> right instanceof Undefined;
      case ListValue a when right instanceof ListValue b ->
          equal(a.items(), b.items(), budget, level);
      case Tuple a when right instanceof Tuple b -> equal(a.items(), b.items(), budget, level);
      case Dict a when right instanceof Dict b -> equal(a, b, budget, level);
      case Range a when right instanceof Range b ->
          a.size() == b.size()
              && (a.size() == 0
                  || (a.start() == b.start() && (a.size() == 1 || a.step() == b.step())));
      case DictView a
          when right instanceof DictView b
              && a.kind() == b.kind()
              && a.kind() != DictView.Kind.VALUES ->
          a.kind() == DictView.Kind.KEYS
              ? a.dict().entries().keySet().equals(b.dict().entries().keySet())
              : equal(a.dict(), b.dict(), budget, level);
      default -> false;
    };
  }

  private static boolean equal(List<Value> left, List<Value> right, Budget budget, int level) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int at = 0; at < left.size(); at++) {
      if (!equal(left.get(at), right.get(at), budget, level + 1)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equal(Dict left, Dict right, Budget budget, int level) {
    if (left.entries().size() != right.entries().size()) {
      return false;
    }
    for (Map.Entry<Object, Dict.Entry> entry : left.entries().entrySet()) {
      Dict.Entry other = right.entries().get(entry.getKey());
      if (other == null || !equal(entry.getValue().value(), other.value(), budget, level + 1)) {
        return false;
      }
    }
    return true;
  }

  /** The order of two numbers; empty if one is not a number at all. */
  private static Optional<Integer> compareNumbers(Value left, Value right) {
    Optional<BigInteger> a = Values.integer(left);
    Optional<BigInteger> b = Values.integer(right);
    if (a.isPresent() && b.isPresent()) {
      return Optional.of(a.get().compareTo(b.get()));
    }
    double x = left instanceof Real real ? real.value() : a.orElseThrow().doubleValue();
    double y = right instanceof Real real ? real.value() : b.orElseThrow().doubleValue();
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return Optional.empty();
    }
    if (Double.isInfinite(x) || Double.isInfinite(y)) {
      return Optional.of(Double.compare(x, y));
    }
    return Optional.of(exact(left, a).compareTo(exact(right, b)));
  }

  private static BigDecimal exact(Value number, Optional<BigInteger> integer) {
    return number instanceof Real real
        ? new BigDecimal(real.value())
        : new BigDecimal(integer.orElseThrow());
  }

  /**
   * The truth of {@code left < right} and its like.
   *
   * @param operator one of {@code < <= > >=}
   * @throws Fault if the two have no order
   */
  static boolean ordered(String operator, Value left, Value right, Budget budget) {
    if (Values.isNumber(left) && Values.isNumber(right)) {
      return compareNumbers(left, right).filter(order -> holds(operator, order)).isPresent();
    }
    return holds(operator, compare(operator, left, right, budget, 0));
  }

  private static boolean holds(String operator, int order) {
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  /** The order for sorting. */
  static int compare(Value left, Value right, Budget budget) {
    return compare("<", left, right, budget, 0);
  }

  private static int compare(String operator, Value left, Value right, Budget budget, int level) {
    budget.step();
    budget.checkDataDepth(level);
    if (left instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (Values.isNumber(left) && Values.isNumber(right)) {
      return compareNumbers(left, right).orElse(0);
    }
    return switch (left) {
      case Str a when right instanceof Str b -> {
        budget.scan(Math.min(a.text().length(), b.text().length()));
        yield Text.compare(a.text(), b.text());
      }
      case ListValue a when right instanceof ListValue b ->
          compare(operator, a.items(), b.items(), budget, level);
      case Tuple a when right instanceof Tuple b ->
          compare(operator, a.items(), b.items(), budget, level);
      default ->
          throw new Fault(
              "'"
                  + operator
                  + "' not supported between instances of '"
                  + left.typeName()
                  + "' and '"
                  + right.typeName()
                  + "'");
    };
  }

  private static int compare(
      String operator, List<Value> left, List<Value> right, Budget budget, int level) {
    for (int at = 0; at < Math.min(left.size(), right.size()); at++) {
      if (!equal(left.get(at), right.get(at), budget, level + 1)) {
        return compare(operator, left.get(at), right.get(at), budget, level + 1);
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  /** The truth of {@code element in container}. */
  static boolean contains(Value container, Value element, Budget budget) {
    return switch (container) {
      case Str text -> {
        if (element instanceof Undefined) {
          throw new Fault("'in <string>' requires string as left operand, not Undefined");
        }
        String part = Values.toText(element, "'in <string>'");
        budget.search(text.text(), part);
        yield text.text().contains(part);
      }
      case Dict dict -> dict.entries().containsKey(hashKey(element));
      case DictView view when view.kind() == DictView.Kind.KEYS ->
          view.dict().entries().containsKey(hashKey(element));
      default -> {
        if (!Values.isIterable(container)) {
          throw new Fault("argument of type '" + container.typeName() + "' is not iterable");
        }
        Iterator<Value> elements = Values.iterate(container, budget);
        while (elements.hasNext()) {
          if (equal(elements.next(), element, budget)) {
            yield true;
          }
        }
        yield false;
      }
    };
  }

  /**
   * A Java object that is equal to another's exactly if Python takes the two values for the same
   * key.
   *
   * @throws Fault if the value cannot be a key
   */
  static Object hashKey(Value value) {
    return hashKey(value, 0);
  }

  private static Object hashKey(Value value, int level) {
    if (level > MAX_KEY_DEPTH) {
      throw new Fault("a key nests tuples deeper than " + MAX_KEY_DEPTH);
    }
    return switch (value) {
      case Str string -> string.text();
      case Int number -> number.value();
      case Bool bool -> bool.value() ? BigInteger.ONE : BigInteger.ZERO;
      case Real number -> realKey(number.value());
      case None none -> none;
      case Undefined _ -> Undefined.class;
      case Tuple tuple -> {
        List<Object> keys = new ArrayList<>();
        for (Value item : tuple.items()) {
          keys.add(hashKey(item, level + 1));
        }
        yield keys;
      }
      case ListValue _, Dict _, DictView _ ->
          throw new Fault("unhashable type: '" + value.typeName() + "'");
      default -> value;
    };
  }

  private static final int MAX_KEY_DEPTH = 16;

  private static Object realKey(double number) {
    boolean integral = number == Math.rint(number) && !Double.isInfinite(number);
    return integral ? new BigDecimal(number).toBigInteger() : (Object) number;
  }
}
