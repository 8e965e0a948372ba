package dev.bourse.text.template;

import dev.bourse.text.template.Value.Bool;
import dev.bourse.text.template.Value.Dict;
import dev.bourse.text.template.Value.DictView;
import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.ListValue;
import dev.bourse.text.template.Value.None;
import dev.bourse.text.template.Value.Once;
import dev.bourse.text.template.Value.Range;
import dev.bourse.text.template.Value.Real;
import dev.bourse.text.template.Value.Special;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Tuple;
import dev.bourse.text.template.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Conversions of values, and what all of them have in common: truth, length, iteration. */
final class Values {
  private Values() {}

  /**
   * The value of a Java object as JSON parsers make them: null, strings, booleans, numbers, lists
   * and maps with string keys.
   *
   * @throws Fault for another class, or data nested too deeply
   */
  static Value of(@Nullable Object object, Budget budget, int level) {
    budget.checkDataDepth(level);
    return switch (object) {
      case null -> None.NONE;
      case Value value -> value;
      case CharSequence text -> Str.of(text.toString());
      case Boolean truth -> Bool.of(truth);
      case Double number -> new Real(number);
      case Float number -> new Real(number);
      case BigDecimal number -> new Real(number.doubleValue());
      case BigInteger number -> new Int(number);
      case Number number -> Int.of(number.longValue());
      case Map<?, ?> map -> {
        Dict.Builder dict = new Dict.Builder();
        map.forEach((key, value) -> dict.put(of(key, budget, level), of(value, budget, level + 1)));
        yield dict.build();
      }
      case Iterable<?> elements -> {
        List<Value> list = new ArrayList<>();
        elements.forEach(element -> list.add(of(element, budget, level + 1)));
        yield new ListValue(Collections.unmodifiableList(list));
      }
      default ->
          throw new Fault(
              "a variable holds a "
                  + object.getClass().getName()
                  + "; templates take null, text, numbers, booleans, lists and maps");
    };
  }

  /** Python's truth. */
  static boolean truth(Value value) {
    return switch (value) {
      case Str string -> !string.text().isEmpty();
      case Bool bool -> bool.value();
      case None _, Undefined _ -> false;
      case Int number -> number.value().signum() != 0;
      case Real number -> number.value() != 0;
      case ListValue list -> !list.items().isEmpty();
      case Tuple tuple -> !tuple.items().isEmpty();
      case Dict dict -> !dict.entries().isEmpty();
      case DictView view -> !view.dict().entries().isEmpty();
      case Range range -> range.size() > 0;
      case Once _, Special _ -> true;
    };
  }

  /** Python's {@code len}; empty for what has none. */
  static OptionalInt size(Value value) {
    return switch (value) {
      case Str string -> OptionalInt.of(Text.length(string.text()));
      case Undefined _ -> OptionalInt.of(0);
      case ListValue list -> OptionalInt.of(list.items().size());
      case Tuple tuple -> OptionalInt.of(tuple.items().size());
      case Dict dict -> OptionalInt.of(dict.entries().size());
      case DictView view -> OptionalInt.of(view.dict().entries().size());
      case Range range -> OptionalInt.of(range.size());
      case LoopValue loop -> OptionalInt.of(loop.size());
      default -> OptionalInt.empty();
    };
  }

  /** Whether {@code for} can iterate over the value. */
  static boolean isIterable(Value value) {
    return value instanceof Once || size(value).isPresent();
  }

  /**
   * The elements. Each costs a step.
   *
   * @throws Fault if the value is not iterable
   */
  static Iterator<Value> iterate(Value value, Budget budget) {
    Iterator<Value> elements =
        switch (value) {
          case Str string ->
              string
                  .text()
                  .codePoints()
                  .mapToObj(c -> (Value) Str.of(Character.toString(c)))
                  .iterator();
          case Undefined _ -> Collections.emptyIterator();
          case ListValue list -> list.items().iterator();
          case Tuple tuple -> tuple.items().iterator();
          case Dict dict -> dict.entries().values().stream().map(Dict.Entry::key).iterator();
          case DictView view ->
              view.dict().entries().values().stream().map(view::element).iterator();
          case Range range ->
              java.util.stream.LongStream.range(0, range.size())
                  .mapToObj(index -> (Value) range.get(index))
                  .iterator();
          case Once once -> once.elements();
          case LoopValue loop -> loop.remaining();
          default -> throw new Fault("'" + value.typeName() + "' object is not iterable");
        };
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public Value next() {
        budget.step();
        return elements.next();
      }
    };
  }

  /** The elements, as a list. */
  static List<Value> list(Value value, Budget budget) {
    return switch (value) {
      case ListValue list -> list.items();
      case Tuple tuple -> tuple.items();
      default -> {
        List<Value> items = new ArrayList<>();
        Iterator<Value> elements = iterate(value, budget);
        while (elements.hasNext()) {
          budget.items(1);
          items.add(elements.next());
        }
        yield items;
      }
    };
  }

  /** An integer, where bools count as 0 and 1. */
  static Optional<BigInteger> integer(Value value) {
    return switch (value) {
      case Int number -> Optional.of(number.value());
      case Bool bool -> Optional.of(bool.value() ? BigInteger.ONE : BigInteger.ZERO);
      default -> Optional.empty();
    };
  }

  static boolean isNumber(Value value) {
    return value instanceof Int || value instanceof Real || value instanceof Bool;
  }

  /** The number as a double; an integer that is too large is an error. */
  static double toDouble(Value number) {
    if (number instanceof Real real) {
      return real.value();
    }
    double result =
        integer(number).orElseThrow(() -> notA("number", number, "arithmetic")).doubleValue();
    if (Double.isInfinite(result)) {
      throw new Fault("the integer is too large for a float");
    }
    return result;
  }

  static long toLong(Value value, String user) {
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    }
    BigInteger number = integer(value).orElseThrow(() -> notA("integer", value, user));
    // Python saturates where a larger count means "all"; nothing here is that long.
    return number.bitLength() < Long.SIZE
        ? number.longValue()
        : number.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  static String toText(Value value, String user) {
    return switch (value) {
      case Str string -> string.text();
      case Undefined undefined -> throw undefined.fault();
      default -> throw notA("string", value, user);
    };
  }

  private static Fault notA(String expected, Value value, String user) {
    return new Fault(user + " needs a " + expected + ", not '" + value.typeName() + "'");
  }
}
