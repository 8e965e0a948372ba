package dev.bourse.text.template;

import dev.bourse.text.template.Value.Bool;
import dev.bourse.text.template.Value.Dict;
import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.ListValue;
import dev.bourse.text.template.Value.None;
import dev.bourse.text.template.Value.Real;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes JSON as Python's {@code json.dumps} does, with the options of Hugging Face's {@code
 * tojson}.
 */
final class Json {
  /**
   * @param indent what one level is indented by; without it all stands on one line
   */
  record Options(
      boolean ascii,
      Optional<String> indent,
      String itemSeparator,
      String keySeparator,
      boolean sortKeys) {
    static final Options PLAIN = new Options(false, Optional.empty(), ", ", ": ", false);
  }

  private final Options options;
  private final Budget budget;
  private final StringBuilder out = new StringBuilder();

  private Json(Options options, Budget budget) {
    this.options = options;
    this.budget = budget;
  }

  static String write(Value value, Options options, Budget budget) {
    Json json = new Json(options, budget);
    json.value(value, 0);
    return json.out.toString();
  }

  private void value(Value value, int level) {
    budget.checkDataDepth(level);
    int before = out.length();
    switch (value) {
      case Str string -> quote(string.text());
      case Bool bool -> out.append(bool.value());
      case None _ -> out.append("null");
      case Int number -> out.append(number.value());
      case Real number -> out.append(real(number.value()));
      case ListValue list -> array(list.items(), level);
      case Tuple tuple -> array(tuple.items(), level);
      case Dict dict -> object(dict, level);
      default ->
          throw new Fault("Object of type " + value.typeName() + " is not JSON serializable");
    }
    budget.text(Math.max(1, out.length() - before));
  }

  private static String real(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    return Double.isInfinite(number)
        ? (number > 0 ? "Infinity" : "-Infinity")
        : Representation.real(number);
  }

  private void array(List<Value> items, int level) {
    if (items.isEmpty()) {
      out.append("[]");
      return;
    }
    out.append('[');
    for (int at = 0; at < items.size(); at++) {
      separate(at == 0, level + 1);
      value(items.get(at), level + 1);
    }
    newLine(level);
    out.append(']');
  }

  private void object(Dict dict, int level) {
    if (dict.entries().isEmpty()) {
      out.append("{}");
      return;
    }
    List<Dict.Entry> entries = new ArrayList<>(dict.entries().values());
    if (options.sortKeys()) {
      entries.sort(
          Comparator.comparing(Dict.Entry::key, (a, b) -> Comparison.compare(a, b, budget)));
    }
    out.append('{');
    boolean first = true;
    for (Dict.Entry entry : entries) {
      separate(first, level + 1);
      first = false;
      quote(key(entry.key()));
      out.append(options.keySeparator());
      value(entry.value(), level + 1);
    }
    newLine(level);
    out.append('}');
  }

  private static String key(Value key) {
    return switch (key) {
      case Str string -> string.text();
      case Bool bool -> bool.value() ? "true" : "false";
      case None _ -> "null";
      case Int number -> number.value().toString();
      case Real number -> real(number.value());
      default ->
          throw new Fault("JSON keys must be str, int, float, bool or None, not " + key.typeName());
    };
  }

  private void separate(boolean first, int level) {
    if (!first) {
      out.append(options.itemSeparator());
    }
    newLine(level);
  }

  private void newLine(int level) {
    options
        .indent()
        .ifPresent(
            indent -> {
              budget.text((long) indent.length() * level);
              out.append('\n').repeat(indent, level);
            });
  }

  private void quote(String text) {
    out.append('"');
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\f' -> out.append("\\f");
        case '\b' -> out.append("\\b");
        default -> {
          if (c < 0x20 || (options.ascii() && c > 0x7e)) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
