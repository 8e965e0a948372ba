package dev.bourse.text.template;

import dev.bourse.text.template.Value.Dict;
import dev.bourse.text.template.Value.DictView;
import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.ListValue;
import dev.bourse.text.template.Value.None;
import dev.bourse.text.template.Value.Range;
import dev.bourse.text.template.Value.Special;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Tuple;
import dev.bourse.text.template.Value.Undefined;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code object.name} and {@code object[key]}. The first looks for an attribute, then for an
 * element of that key; the second the other way round. What the sandbox forbids (everything that
 * changes a list or dictionary) is undefined, so that only its use is an error.
 */
final class Attributes {
  private static final Set<String> UNSAFE_LIST_METHODS =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
  private static final Set<String> UNSAFE_DICT_METHODS =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  private Attributes() {}

  static Value attribute(Value object, String name, Rendering rendering) {
    if (object instanceof Undefined undefined) {
      throw undefined.fault();
    }
    return own(object, name, rendering)
        .or(() -> object instanceof Dict dict ? dict.get(name) : Optional.empty())
        .orElseGet(() -> missing(object, Str.of(name), rendering));
  }

  static Value item(Value object, Value key, Rendering rendering) {
    if (object instanceof Undefined undefined) {
      throw undefined.fault();
    }
    return element(object, key)
        .or(() -> key instanceof Str name ? own(object, name.text(), rendering) : Optional.empty())
        .orElseGet(() -> missing(object, key, rendering));
  }

  /** A path such as {@code "function.name"} or {@code 0}, as filters take it. */
  static Value path(Value object, Value path, Rendering rendering) {
    if (!(path instanceof Str names)) {
      return item(object, path, rendering);
    }
    Value value = object;
    for (String part : names.text().split("\\.", -1)) {
      boolean isIndex = Text.all(part, c -> c >= '0' && c <= '9');
      value = item(value, isIndex ? new Int(new BigInteger(part)) : Str.of(part), rendering);
    }
    return value;
  }

  private static Optional<Value> element(Value object, Value key) {
    Optional<BigInteger> integer = Values.integer(key);
    return switch (object) {
      case Dict dict when !(key instanceof ListValue || key instanceof Dict) -> dict.get(key);
      case ListValue list -> integer.flatMap(at -> element(list.items(), at));
      case Tuple tuple -> integer.flatMap(at -> element(tuple.items(), at));
      case Range range -> integer.flatMap(at -> index(at, range.size())).map(range::get);
      case Str string ->
          integer
              .flatMap(at -> index(at, Text.length(string.text())))
              .map(at -> Str.of(Text.substring(string.text(), at, at + 1)));
      default -> Optional.empty();
    };
  }

  private static Optional<Value> element(List<Value> items, BigInteger at) {
    return index(at, items.size()).map(items::get);
  }

  /** The place of an element, counted from the end if negative. */
  private static Optional<Integer> index(BigInteger at, int size) {
    BigInteger place = at.signum() < 0 ? at.add(BigInteger.valueOf(size)) : at;
    return place.signum() >= 0 && place.bitLength() < Integer.SIZE && place.intValue() < size
        ? Optional.of(place.intValue())
        : Optional.empty();
  }

  /** An attribute or method, without looking at elements. */
  static Optional<Value> own(Value object, String name, Rendering rendering) {
    return switch (object) {
      case Str string -> StringMethods.find(string, name, rendering);
      case Dict dict -> dictMethod(dict, name);
      case ListValue list ->
          UNSAFE_LIST_METHODS.contains(name)
              ? Optional.of(unsafe(object, name))
              : sequenceMethod(list.items(), list, name, rendering);
      case Tuple tuple -> {
        int field = tuple.fields().indexOf(name);
        yield field >= 0
            ? Optional.of(tuple.items().get(field))
            : sequenceMethod(tuple.items(), tuple, name, rendering);
      }
      case Range range ->
          Optional.ofNullable(
              switch (name) {
                case "start" -> Int.of(range.start());
                case "stop" -> Int.of(range.stop());
                case "step" -> Int.of(range.step());
                default -> null;
              });
      case Special special -> special.attribute(name);
      default -> NumberMethods.find(object, name);
    };
  }

  private static Optional<Value> dictMethod(Dict dict, String name) {
    if (UNSAFE_DICT_METHODS.contains(name)) {
      return Optional.of(unsafe(dict, name));
    }
    Function.Body body =
        switch (name) {
          case "keys" -> arguments -> view(dict, DictView.Kind.KEYS, name, arguments);
          case "values" -> arguments -> view(dict, DictView.Kind.VALUES, name, arguments);
          case "items" -> arguments -> view(dict, DictView.Kind.ITEMS, name, arguments);
          case "copy" ->
              arguments -> {
                arguments.bind("copy()");
                return dict;
              };
          case "get" ->
              arguments -> {
                Arguments.Bound bound = arguments.bind("get()", "key", "default");
                return dict.get(bound.required("key"))
                    .orElseGet(() -> bound.or("default", None.NONE));
              };
          default -> null;
        };
    return Optional.ofNullable(body).map(method -> new Function(name, method));
  }

  private static Value view(Dict dict, DictView.Kind kind, String name, Arguments arguments) {
    arguments.bind(name + "()");
    return new DictView(kind, dict);
  }

  private static Optional<Value> sequenceMethod(
      List<Value> items, Value self, String name, Rendering rendering) {
    Budget budget = rendering.budget();
    Function.Body body =
        switch (name) {
          case "count" ->
              arguments -> {
                Value wanted = arguments.bind("count()", "value").required("value");
                return Int.of(
                    items.stream().filter(item -> Comparison.equal(item, wanted, budget)).count());
              };
          case "index" -> arguments -> indexOf(items, arguments, budget);
          case "copy" -> self instanceof ListValue ? _ -> self : null;
          default -> null;
        };
    return Optional.ofNullable(body).map(method -> new Function(name, method));
  }

  private static Value indexOf(List<Value> items, Arguments arguments, Budget budget) {
    Arguments.Bound bound = arguments.bind("index()", "value", "start", "stop");
    Value wanted = bound.required("value");
    int begin = Slices.clamp(bound.integer("start", 0), items.size());
    int end = Slices.clamp(bound.integer("stop", items.size()), items.size());
    for (int at = begin; at < end; at++) {
      if (Comparison.equal(items.get(at), wanted, budget)) {
        return Int.of(at);
      }
    }
    throw new Fault(Representation.repr(wanted, budget) + " is not in list");
  }

  private static Undefined unsafe(Value object, String name) {
    return new Undefined(
        "access to attribute '"
            + name
            + "' of '"
            + object.typeName()
            + "' object is unsafe: templates"
            + " cannot change lists and dictionaries");
  }

  private static Undefined missing(Value object, Value key, Rendering rendering) {
    String type = object instanceof None ? "None" : object.typeName() + " object";
    return new Undefined(
        key instanceof Str name
            ? (object instanceof None ? "'None'" : "'" + type + "'")
                + " has no attribute '"
                + name.text()
                + "'"
            : type + " has no element " + Representation.repr(key, rendering.budget()));
  }
}
