package dev.bourse.text.template;

import dev.bourse.text.template.Value.Dict;
import dev.bourse.text.template.Value.None;
import dev.bourse.text.template.Value.Range;
import dev.bourse.text.template.Value.Str;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The functions that every template finds: Jinja's, and those that Hugging Face adds. */
final class Globals {
  private Globals() {}

  static Map<String, Value> of(Rendering rendering) {
    Map<String, Value> globals = new HashMap<>();
    define(globals, "range", arguments -> range(arguments, rendering));
    define(globals, "dict", arguments -> dict(arguments, rendering));
    define(globals, "namespace", arguments -> namespace(arguments, rendering));
    define(globals, "joiner", Globals::joiner);
    define(globals, "cycler", arguments -> new Cycler(arguments.positional()));
    define(globals, "raise_exception", arguments -> raise(arguments, rendering));
    define(
        globals,
        "strftime_now",
        arguments -> {
          String format = arguments.bind("strftime_now()", "format").string("format");
          return rendering.text(Strftime.format(format, rendering.now(), rendering.budget()));
        });
    return globals;
  }

  private static void define(Map<String, Value> globals, String name, Function.Body body) {
    globals.put(name, new Function(name, body));
  }

  private static Value raise(Arguments arguments, Rendering rendering) {
    throw new Fault(
        rendering.print(arguments.bind("raise_exception()", "message").required("message")), true);
  }

  private static Value range(Arguments arguments, Rendering rendering) {
    long[] bounds =
        arguments.positional().stream()
            .mapToLong(value -> Values.toLong(value, "range()"))
            .toArray();
    if (bounds.length == 0 || bounds.length > 3 || !arguments.named().isEmpty()) {
      throw new Fault("range() takes 1 to 3 numbers");
    }
    long start = bounds.length == 1 ? 0 : bounds[0];
    long stop = bounds.length == 1 ? bounds[0] : bounds[1];
    long step = bounds.length == 3 ? bounds[2] : 1;
    if (step == 0) {
      throw new Fault("range() arg 3 must not be zero");
    }
    long large = 1L << 60;
    if (Math.abs(start) > large || Math.abs(stop) > large || Math.abs(step) > large) {
      throw new Fault("range() of numbers that are too large");
    }
    long distance = step > 0 ? stop - start : start - stop;
    int limit = rendering.budget().limits().range();
    if (distance > 0 && (distance - 1) / Math.abs(step) >= limit) {
      throw new Fault("range() of more than " + limit + " elements");
    }
    return new Range(start, stop, step);
  }

  private static Value dict(Arguments arguments, Rendering rendering) {
    Dict.Builder dict = new Dict.Builder();
    fill(arguments, dict::put, rendering);
    return dict.build();
  }

  private static Value namespace(Arguments arguments, Rendering rendering) {
    NamespaceValue namespace = new NamespaceValue();
    fill(
        arguments,
        (key, value) -> namespace.set(Values.toText(key, "namespace()"), value),
        rendering);
    return namespace;
  }

  private interface Sink {
    void put(Value key, Value value);
  }

  /** What {@code dict(…)} takes: a mapping or pairs, then named values. */
  private static void fill(Arguments arguments, Sink sink, Rendering rendering) {
    Budget budget = rendering.budget();
    if (arguments.positional().size() > 1) {
      throw new Fault("dict() and namespace() take one positional argument");
    }
    for (Value given : arguments.positional()) {
      if (given instanceof Dict other) {
        budget.items(other.entries().size());
        other.entries().values().forEach(entry -> sink.put(entry.key(), entry.value()));
        continue;
      }
      Iterator<Value> pairs = Values.iterate(given, budget);
      while (pairs.hasNext()) {
        budget.items(1);
        List<Value> pair = Values.list(pairs.next(), budget);
        if (pair.size() != 2) {
          throw new Fault("dict() needs pairs, not sequences of " + pair.size());
        }
        sink.put(pair.getFirst(), pair.getLast());
      }
    }
    budget.items(arguments.named().size());
    arguments.named().forEach((name, value) -> sink.put(Str.of(name), value));
  }

  private static Value joiner(Arguments arguments) {
    Value separator = arguments.bind("joiner()", "sep").or("sep", Str.of(", "));
    boolean[] used = {false};
    return new Function(
        "joiner",
        _ -> {
          Value result = used[0] ? separator : Str.EMPTY;
          used[0] = true;
          return result;
        });
  }

  /** {@code cycler(…)}: hands out its values in turn. */
  private static final class Cycler implements Value.Special {
    private final List<Value> values;
    private int position;

    Cycler(List<Value> values) {
      if (values.isEmpty()) {
        throw new Fault("cycler() needs at least one value");
      }
      this.values = values;
    }

    @Override
    public String typeName() {
      return "Cycler";
    }

    @Override
    public Optional<Value> attribute(String name) {
      return switch (name) {
        case "current" -> Optional.of(values.get(position));
        case "next" -> Optional.of(new Function("next", _ -> next()));
        case "reset" -> Optional.of(new Function("reset", _ -> reset()));
        default -> Optional.empty();
      };
    }

    private Value next() {
      Value value = values.get(position);
      position = (position + 1) % values.size();
      return value;
    }

    private Value reset() {
      position = 0;
      return None.NONE;
    }
  }
}
