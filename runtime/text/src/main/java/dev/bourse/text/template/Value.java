package dev.bourse.text.template;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value of the template language: the Python object it stands for. All are immutable, as the
 * sandbox demands, but for namespaces and iterators. The equality of the template language is
 * {@link Comparison#equal}, not that of these records.
 */
sealed interface Value {

  /** Python's name of the type, for messages. */
  String typeName();

  /**
   * Text.
   *
   * @param markup whether it is safe HTML: text added to it is escaped
   */
  record Str(String text, boolean markup) implements Value {
    static final Str EMPTY = new Str("", false);

    static Str of(String text) {
      return new Str(text, false);
    }

    @Override
    public String typeName() {
      return markup ? "Markup" : "str";
    }
  }

  record Int(BigInteger value) implements Value {
    static Int of(long value) {
      return new Int(BigInteger.valueOf(value));
    }

    @Override
    public String typeName() {
      return "int";
    }
  }

  record Real(double value) implements Value {
    @Override
    public String typeName() {
      return "float";
    }
  }

  enum Bool implements Value {
    FALSE,
    TRUE;

    static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }

    boolean value() {
      return this == TRUE;
    }

    @Override
    public String typeName() {
      return "bool";
    }
  }

  enum None implements Value {
    NONE;

    @Override
    public String typeName() {
      return "NoneType";
    }
  }

  /**
   * What a missing variable or attribute gives. It prints as nothing and is false; most other uses
   * are errors.
   *
   * @param problem what such a use reports
   */
  record Undefined(String problem) implements Value {
    static Undefined variable(String name) {
      return new Undefined("'" + name + "' is undefined");
    }

    @Override
    public String typeName() {
      return "Undefined";
    }

    Fault fault() {
      return new Fault(problem);
    }
  }

  record ListValue(List<Value> items) implements Value {
    @Override
    public String typeName() {
      return "list";
    }
  }

  /**
   * A tuple.
   *
   * @param fields the names of the elements of a named tuple; else empty
   */
  record Tuple(List<Value> items, List<String> fields) implements Value {
    static Tuple of(Value... items) {
      return new Tuple(List.of(items), List.of());
    }

    static Tuple of(List<Value> items) {
      return new Tuple(items, List.of());
    }

    @Override
    public String typeName() {
      return "tuple";
    }
  }

  /**
   * A dictionary.
   *
   * @param entries in order of insertion, by {@link Comparison#hashKey}
   */
  record Dict(Map<Object, Entry> entries) implements Value {
    /** The key as first written (1, 1.0 and true are one key). */
    record Entry(Value key, Value value) {}

    /** Collects entries; a later value of an equal key replaces the earlier. */
    static final class Builder {
      private final Map<Object, Entry> entries = new LinkedHashMap<>();

      Builder put(Value key, Value value) {
        entries.merge(
            Comparison.hashKey(key),
            new Entry(key, value),
            (old, latest) -> new Entry(old.key(), latest.value()));
        return this;
      }

      Builder put(String key, Value value) {
        return put(Str.of(key), value);
      }

      Dict build() {
        return new Dict(entries);
      }
    }

    Optional<Value> get(Value key) {
      return Optional.ofNullable(entries.get(Comparison.hashKey(key))).map(Entry::value);
    }

    Optional<Value> get(String key) {
      return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    @Override
    public String typeName() {
      return "dict";
    }
  }

  /** {@code dict.keys()}, {@code dict.values()} and {@code dict.items()}. */
  record DictView(Kind kind, Dict dict) implements Value {
    enum Kind {
      KEYS("dict_keys"),
      VALUES("dict_values"),
      ITEMS("dict_items");

      private final String typeName;

      Kind(String typeName) {
        this.typeName = typeName;
      }
    }

    Value element(Dict.Entry entry) {
      return switch (kind) {
        case KEYS -> entry.key();
        case VALUES -> entry.value();
        case ITEMS -> Tuple.of(entry.key(), entry.value());
      };
    }

    @Override
    public String typeName() {
      return kind.typeName;
    }
  }

  record Range(long start, long stop, long step) implements Value {
    int size() {
      long distance = step > 0 ? stop - start : start - stop;
      return distance <= 0 ? 0 : Math.toIntExact((distance - 1) / Math.abs(step) + 1);
    }

    Int get(long index) {
      return Int.of(start + index * step);
    }

    @Override
    public String typeName() {
      return "range";
    }
  }

  /**
   * What can be iterated over once, element by element: the result of {@code map}, {@code select},
   * …
   */
  record Once(String typeName, Iterator<Value> elements) implements Value {}

  /** A value with behaviour of its own: a function, a macro, {@code loop}, a namespace. */
  non-sealed interface Special extends Value {
    /** The attribute of that name, if there is one. */
    default Optional<Value> attribute(String name) {
      return Optional.empty();
    }

    default boolean callable() {
      return false;
    }

    default Value call(Arguments arguments) {
      throw new Fault("'" + typeName() + "' object is not callable");
    }
  }
}
