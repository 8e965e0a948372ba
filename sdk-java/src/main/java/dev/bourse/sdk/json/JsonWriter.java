package dev.bourse.sdk.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON. The canonical form (RFC 8785) has members sorted by name, no space, the shortest
 * escapes. Equal values give equal text, so the text can be hashed. Fractions are refused there:
 * nothing that is hashed needs them, and their canonical form is the longest chapter of the RFC.
 */
public final class JsonWriter {
  /** Beyond it, readers that know only doubles see another number. */
  private static final long INTEGER_MAX = (1L << 53) - 1;

  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder();

  private final boolean canonical;

  private JsonWriter(boolean canonical) {
    this.canonical = canonical;
  }

  /**
   * The text of {@code value}, members in their order, fractions too.
   *
   * @throws IllegalArgumentException for what has none: a number that is not finite, a whole number
   *     beyond ±(2⁵³-1), text with half a surrogate pair, a class that is no JSON value
   */
  public static String text(@Nullable Object value) {
    JsonWriter writer = new JsonWriter(false);
    writer.write(value);
    return writer.out.toString();
  }

  /**
   * The canonical text of {@code value}.
   *
   * @throws IllegalArgumentException for what has none: a fraction, a whole number beyond ±(2⁵³-1),
   *     text with half a surrogate pair, a class that is no JSON value
   */
  public static String canonical(@Nullable Object value) {
    JsonWriter writer = new JsonWriter(true);
    writer.write(value);
    return writer.out.toString();
  }

  private void write(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case Boolean flag -> out.append(flag.booleanValue());
      case String text -> string(text);
      case Integer number -> out.append(number.intValue());
      case Long number -> whole(number);
      case Double number -> fraction(number);
      case Float number -> fraction(number.doubleValue());
      case List<?> elements -> array(elements);
      case Map<?, ?> members -> object(members);
      default ->
          throw new IllegalArgumentException(
              "no canonical JSON for a " + value.getClass().getName());
    }
  }

  private void whole(long number) {
    if (number < -INTEGER_MAX || number > INTEGER_MAX) {
      throw new IllegalArgumentException(
          number + " is beyond the whole numbers of JSON, ±" + INTEGER_MAX);
    }
    out.append(number);
  }

  private void fraction(double number) {
    if (canonical) {
      throw new IllegalArgumentException("no canonical JSON for a java.lang.Double");
    }
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw new IllegalArgumentException("no JSON here for the number " + number);
    }
    out.append(number);
  }

  private void array(List<?> elements) {
    out.append('[');
    String separator = "";
    for (Object element : elements) {
      out.append(separator);
      separator = ",";
      write(element);
    }
    out.append(']');
  }

  private void object(Map<?, ?> members) {
    Map<String, @Nullable Object> sorted = canonical ? new TreeMap<>() : new LinkedHashMap<>();
    members.forEach((name, value) -> sorted.put((String) name, value));
    out.append('{');
    String separator = "";
    for (Map.Entry<String, @Nullable Object> member : sorted.entrySet()) {
      out.append(separator);
      separator = ",";
      string(member.getKey());
      out.append(':');
      write(member.getValue());
    }
    out.append('}');
  }

  private void string(String text) {
    Unicode.requireWhole(text);
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < ' ') {
            out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
