package dev.bourse.text.template;

import dev.bourse.text.template.Value.Dict;
import dev.bourse.text.template.Value.DictView;
import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.ListValue;
import dev.bourse.text.template.Value.None;
import dev.bourse.text.template.Value.Once;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Tuple;
import dev.bourse.text.template.Value.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The filters on lists and mappings. Those that Python writes as generators give a {@link Once}: it
 * can be iterated over once, has no length, and is always true.
 */
final class SequenceFilters {
  private SequenceFilters() {}

  private static final Set<String> NAMES =
      Set.of(
          "length",
          "count",
          "first",
          "last",
          "list",
          "reverse",
          "items",
          "join",
          "sum",
          "min",
          "max",
          "sort",
          "dictsort",
          "unique",
          "groupby",
          "batch",
          "slice",
          "map",
          "select",
          "reject",
          "selectattr",
          "rejectattr");

  static boolean exists(String name) {
    return NAMES.contains(name);
  }

  static Value apply(String name, Value value, Arguments arguments, Rendering rendering) {
    return switch (name) {
      case "length", "count" -> length(value);
      case "first" -> first(value, rendering);
      case "last" -> last(value, rendering);
      case "list" -> new ListValue(new ArrayList<>(copied(value, rendering)));
      case "reverse" -> reverse(value, rendering);
      case "items" -> items(value);
      case "join" -> join(value, arguments, rendering);
      case "sum" -> sum(value, arguments, rendering);
      case "min" -> extreme(value, arguments, rendering, -1);
      case "max" -> extreme(value, arguments, rendering, 1);
      case "sort" -> sort(value, arguments, rendering);
      case "dictsort" -> dictSort(value, arguments, rendering);
      case "unique" -> unique(value, arguments, rendering);
      case "groupby" -> groupBy(value, arguments, rendering);
      case "batch" -> batch(value, arguments, rendering);
      case "slice" -> slice(value, arguments, rendering);
      case "map" -> map(value, arguments, rendering);
      case "select" -> choose(value, arguments, rendering, false, true);
      case "reject" -> choose(value, arguments, rendering, false, false);
      case "selectattr" -> choose(value, arguments, rendering, true, true);
      case "rejectattr" -> choose(value, arguments, rendering, true, false);
      default -> throw new Fault("no filter named '" + name + "'");
    };
  }

  private static Value length(Value value) {
    return Int.of(
        Values.size(value)
            .orElseThrow(
                () -> new Fault("object of type '" + value.typeName() + "' has no len()")));
  }

  private static List<Value> copied(Value value, Rendering rendering) {
    List<Value> items = Values.list(value, rendering.budget());
    rendering.budget().items(items.size());
    return items;
  }

  private static Value first(Value value, Rendering rendering) {
    Iterator<Value> elements = Values.iterate(value, rendering.budget());
    return elements.hasNext()
        ? elements.next()
        : new Undefined("No first item, sequence was empty.");
  }

  private static Value last(Value value, Rendering rendering) {
    if (value instanceof Once || Values.size(value).isEmpty()) {
      throw new Fault("'" + value.typeName() + "' object is not reversible");
    }
    List<Value> items = Values.list(value, rendering.budget());
    return items.isEmpty() ? new Undefined("No last item, sequence was empty.") : items.getLast();
  }

  private static Value reverse(Value value, Rendering rendering) {
    if (value instanceof Str string) {
      return rendering.text(Text.reverse(string.text()));
    }
    List<Value> items = copied(value, rendering);
    return new Once("reversed", items.reversed().iterator());
  }

  private static Value items(Value value) {
    return switch (value) {
      case Undefined _ -> generator(Stream.empty());
      case Dict dict -> {
        DictView view = new DictView(DictView.Kind.ITEMS, dict);
        yield generator(dict.entries().values().stream().map(view::element));
      }
      default -> throw new Fault("Can only get item pairs from a mapping.");
    };
  }

  private static Value join(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("join", "d", "attribute");
    String separator = rendering.print(bound.or("d", Str.EMPTY));
    UnaryOperator<Value> part = getter(bound.present("attribute"), rendering);
    StringBuilder text = new StringBuilder();
    Iterator<Value> elements = Values.iterate(value, rendering.budget());
    for (boolean isFirst = true; elements.hasNext(); isFirst = false) {
      String element = rendering.print(part.apply(elements.next()));
      rendering.budget().text((long) element.length() + separator.length());
      text.append(isFirst ? "" : separator).append(element);
    }
    return Str.of(text.toString());
  }

  private static Value sum(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("sum", "attribute", "start");
    UnaryOperator<Value> part = getter(bound.present("attribute"), rendering);
    Value total = bound.or("start", Int.of(0));
    Iterator<Value> elements = Values.iterate(value, rendering.budget());
    while (elements.hasNext()) {
      total = Arithmetic.apply("+", total, part.apply(elements.next()), rendering.budget());
    }
    return total;
  }

  private static Value extreme(Value value, Arguments arguments, Rendering rendering, int sign) {
    Arguments.Bound bound = arguments.bind("min or max", "case_sensitive", "attribute");
    UnaryOperator<Value> key = key(bound, rendering);
    List<Value> items = Values.list(value, rendering.budget());
    if (items.isEmpty()) {
      return new Undefined("No aggregated item, sequence was empty.");
    }
    Value best = items.getFirst();
    for (Value item : items) {
      int order = Comparison.compare(key.apply(item), key.apply(best), rendering.budget());
      best = order * sign > 0 ? item : best;
    }
    return best;
  }

  /** What to take of each element: a path of names and numbers, or the element itself. */
  private static UnaryOperator<Value> getter(Optional<Value> attribute, Rendering rendering) {
    return attribute
        .<UnaryOperator<Value>>map(path -> item -> Attributes.path(item, path, rendering))
        .orElse(UnaryOperator.identity());
  }

  /**
   * What to compare of each element, by the arguments {@code attribute} and {@code case_sensitive}.
   */
  private static UnaryOperator<Value> key(Arguments.Bound bound, Rendering rendering) {
    UnaryOperator<Value> part = getter(bound.present("attribute"), rendering);
    boolean exact = bound.truth("case_sensitive");
    return item -> exact ? part.apply(item) : ignoreCase(part.apply(item));
  }

  private static Value ignoreCase(Value value) {
    return value instanceof Str string ? Str.of(Text.lower(string.text())) : value;
  }

  /** An element with the keys it is sorted by. */
  private record Keyed(Value item, List<Value> keys) {}

  private static List<Value> sorted(
      List<Value> items, UnaryOperator<Value> key, boolean reverse, Rendering rendering) {
    return sortedByAll(items, List.of(key), reverse, rendering);
  }

  private static List<Value> sortedByAll(
      List<Value> items, List<UnaryOperator<Value>> keys, boolean reverse, Rendering rendering) {
    Budget budget = rendering.budget();
    List<Keyed> keyed = new ArrayList<>();
    for (Value item : items) {
      keyed.add(new Keyed(item, keys.stream().map(key -> key.apply(item)).toList()));
    }
    keyed.sort((a, b) -> reverse ? compare(b, a, budget) : compare(a, b, budget));
    return new ArrayList<>(keyed.stream().map(Keyed::item).toList());
  }

  private static int compare(Keyed left, Keyed right, Budget budget) {
    for (int at = 0; at < left.keys().size(); at++) {
      int order = Comparison.compare(left.keys().get(at), right.keys().get(at), budget);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static Value sort(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
    List<Optional<Value>> paths = new ArrayList<>();
    if (bound.get("attribute").orElse(None.NONE) instanceof Str names) {
      for (String name : names.text().split(",", -1)) {
        paths.add(Optional.of(Str.of(name)));
      }
    } else {
      paths.add(bound.present("attribute"));
    }
    boolean exact = bound.truth("case_sensitive");
    List<UnaryOperator<Value>> keys = new ArrayList<>();
    for (Optional<Value> path : paths) {
      UnaryOperator<Value> part = getter(path, rendering);
      keys.add(item -> exact ? part.apply(item) : ignoreCase(part.apply(item)));
    }
    return new ListValue(
        sortedByAll(copied(value, rendering), keys, bound.truth("reverse"), rendering));
  }

  private static Value dictSort(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
    String by = bound.string("by", "key");
    if (!by.equals("key") && !by.equals("value")) {
      throw new Fault("You can only sort by either \"key\" or \"value\"");
    }
    if (!(value instanceof Dict dict)) {
      throw new Fault("dictsort needs a mapping, not '" + value.typeName() + "'");
    }
    boolean exact = bound.truth("case_sensitive");
    int at = by.equals("key") ? 0 : 1;
    UnaryOperator<Value> key =
        pair -> {
          Value part = pair instanceof Tuple tuple ? tuple.items().get(at) : pair;
          return exact ? part : ignoreCase(part);
        };
    List<Value> pairs = copied(new DictView(DictView.Kind.ITEMS, dict), rendering);
    return new ListValue(sorted(pairs, key, bound.truth("reverse"), rendering));
  }

  private static Value unique(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("unique", "case_sensitive", "attribute");
    UnaryOperator<Value> key = key(bound, rendering);
    Set<Object> seen = new HashSet<>();
    return generator(
        stream(value, rendering).filter(item -> seen.add(Comparison.hashKey(key.apply(item)))));
  }

  private static Value groupBy(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("groupby", "attribute", "default", "case_sensitive");
    UnaryOperator<Value> plain =
        withDefault(getter(Optional.of(bound.required("attribute")), rendering), bound);
    boolean exact = bound.truth("case_sensitive");
    UnaryOperator<Value> key = item -> exact ? plain.apply(item) : ignoreCase(plain.apply(item));
    List<Value> groups = new ArrayList<>();
    List<Value> group = new ArrayList<>();
    for (Value item : sorted(copied(value, rendering), key, false, rendering)) {
      if (!group.isEmpty()
          && !Comparison.equal(key.apply(group.getFirst()), key.apply(item), rendering.budget())) {
        groups.add(group(plain.apply(group.getFirst()), group));
        group = new ArrayList<>();
      }
      group.add(item);
    }
    if (!group.isEmpty()) {
      groups.add(group(plain.apply(group.getFirst()), group));
    }
    return new ListValue(groups);
  }

  private static Value group(Value key, List<Value> items) {
    return new Tuple(List.of(key, new ListValue(items)), List.of("grouper", "list"));
  }

  private static UnaryOperator<Value> withDefault(
      UnaryOperator<Value> getter, Arguments.Bound bound) {
    return item -> {
      Value value = getter.apply(item);
      return value instanceof Undefined ? bound.present("default").orElse(value) : value;
    };
  }

  private static Value batch(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("batch", "linecount", "fill_with");
    long size = Values.toLong(bound.required("linecount"), "batch");
    List<Value> rows = new ArrayList<>();
    List<Value> row = new ArrayList<>();
    for (Value item : copied(value, rendering)) {
      if (row.size() == size) {
        rows.add(new ListValue(row));
        row = new ArrayList<>();
      }
      row.add(item);
    }
    if (!row.isEmpty()) {
      Optional<Value> filling = bound.present("fill_with");
      long missing = filling.isPresent() ? Math.max(0, size - row.size()) : 0;
      rendering.budget().items(missing);
      row.addAll(Collections.nCopies((int) missing, filling.orElse(None.NONE)));
      rows.add(new ListValue(row));
    }
    return generator(rows.stream());
  }

  private static Value slice(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("slice", "slices", "fill_with");
    long slices = Values.toLong(bound.required("slices"), "slice");
    if (slices <= 0) {
      throw new Fault("slice needs a positive number of slices");
    }
    List<Value> items = copied(value, rendering);
    rendering.budget().items(slices);
    int size = items.size() / (int) slices;
    int longer = items.size() % (int) slices;
    List<Value> columns = new ArrayList<>();
    int done = 0;
    for (int column = 0; column < slices; column++) {
      int end = done + size + (column < longer ? 1 : 0);
      List<Value> part = new ArrayList<>(items.subList(done, end));
      if (column >= longer) {
        bound.present("fill_with").ifPresent(part::add);
      }
      columns.add(new ListValue(part));
      done = end;
    }
    return generator(columns.stream());
  }

  private static Value map(Value value, Arguments arguments, Rendering rendering) {
    if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
      Arguments.Bound bound = arguments.bind("map", "attribute", "default");
      UnaryOperator<Value> part =
          withDefault(getter(Optional.of(bound.required("attribute")), rendering), bound);
      return generator(stream(value, rendering).map(part));
    }
    if (arguments.positional().isEmpty()) {
      throw new Fault("map requires a filter argument");
    }
    String name = Values.toText(arguments.positional().getFirst(), "map");
    Arguments rest = without(arguments, 1);
    return generator(
        stream(value, rendering).map(item -> Filters.apply(name, item, rest, rendering)));
  }

  private static Arguments without(Arguments arguments, int count) {
    List<Value> positional = arguments.positional();
    return new Arguments(
        positional.subList(Math.min(count, positional.size()), positional.size()),
        arguments.named());
  }

  /**
   * @param byAttribute whether the first argument names what to test of each element
   * @param wanted the outcome of the test for elements to keep
   */
  private static Value choose(
      Value value, Arguments arguments, Rendering rendering, boolean byAttribute, boolean wanted) {
    int used = byAttribute ? 1 : 0;
    List<Value> positional = arguments.positional();
    if (positional.size() < used) {
      throw new Fault("Missing parameter for attribute name");
    }
    UnaryOperator<Value> part =
        getter(byAttribute ? Optional.of(positional.getFirst()) : Optional.empty(), rendering);
    Predicate<Value> test = Values::truth;
    if (positional.size() > used) {
      String name = Values.toText(positional.get(used), "select");
      Arguments rest = without(arguments, used + 1);
      test = item -> Tests.apply(name, item, rest, rendering);
    }
    Predicate<Value> holds = test;
    return generator(
        stream(value, rendering).filter(item -> holds.test(part.apply(item)) == wanted));
  }

  private static Stream<Value> stream(Value value, Rendering rendering) {
    if (!Values.truth(value) && !(value instanceof Once)) {
      return Stream.empty();
    }
    Iterator<Value> elements = Values.iterate(value, rendering.budget());
    Iterable<Value> iterable = () -> elements;
    return StreamSupport.stream(iterable.spliterator(), false);
  }

  private static Value generator(Stream<Value> elements) {
    return new Once("generator", elements.iterator());
  }
}
