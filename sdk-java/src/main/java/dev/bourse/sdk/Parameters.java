package dev.bourse.sdk;

import dev.bourse.sdk.json.JsonReader;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of a run, as the manifest declares them.
 *
 * <p>The engine has validated them against the manifest and filled in its defaults, so an inferlet
 * reads what it declared without checking; the {@code …Or} variants are for parameters without a
 * default in the manifest.
 *
 * {@snippet :
 * String prompt = session.parameters().string("prompt");
 * int maxTokens = session.parameters().integer("max_tokens");
 * }
 */
public final class Parameters {
  private final Map<String, Object> values;

  private Parameters(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Reads the text of one JSON object; an empty text is an object without members.
   *
   * @throws IllegalArgumentException if it is not one, saying where
   */
  public static Parameters parse(String json) {
    return new Parameters(json.isBlank() ? Map.of() : JsonReader.parseObject(json));
  }

  /** The names that have a value other than null. */
  public Set<String> names() {
    return values.keySet();
  }

  /** Whether {@code name} has a value other than null. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** A string. */
  public String string(String name) {
    if (value(name) instanceof String text) {
      return text;
    }
    throw mismatch(name, "a string");
  }

  /** A string, or {@code fallback} if there is none. */
  public String stringOr(String name, String fallback) {
    return has(name) ? string(name) : fallback;
  }

  /** A whole number between -2³¹ and 2³¹-1. */
  public int integer(String name) {
    long value = longInteger(name);
    if (value != (int) value) {
      throw new IllegalArgumentException(
          "parameter \"" + name + "\" is " + value + ", which does not fit 32 bits");
    }
    return (int) value;
  }

  /** A whole number, or {@code fallback} if there is none. */
  public int integerOr(String name, int fallback) {
    return has(name) ? integer(name) : fallback;
  }

  /** A whole number between -2⁶³ and 2⁶³-1. */
  public long longInteger(String name) {
    if (value(name) instanceof Long number) {
      return number;
    }
    throw mismatch(name, "a whole number");
  }

  /** A number. */
  public double number(String name) {
    if (value(name) instanceof Number number) {
      return number.doubleValue();
    }
    throw mismatch(name, "a number");
  }

  /** A number, or {@code fallback} if there is none. */
  public double numberOr(String name, double fallback) {
    return has(name) ? number(name) : fallback;
  }

  /** True or false. */
  public boolean flag(String name) {
    if (value(name) instanceof Boolean flag) {
      return flag;
    }
    throw mismatch(name, "true or false");
  }

  /** True or false, or {@code fallback} if there is none. */
  public boolean flagOr(String name, boolean fallback) {
    return has(name) ? flag(name) : fallback;
  }

  /** A list; its elements are what {@link dev.bourse.sdk.json} makes of them. */
  public List<?> list(String name) {
    if (value(name) instanceof List<?> list) {
      return list;
    }
    throw mismatch(name, "a list");
  }

  /** A list, or an empty one if there is none. */
  public List<?> listOrEmpty(String name) {
    return has(name) ? list(name) : List.of();
  }

  /** An object, its members in the order in which they were written. */
  public Map<?, ?> object(String name) {
    if (value(name) instanceof Map<?, ?> object) {
      return object;
    }
    throw mismatch(name, "an object");
  }

  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "parameter \"" + name + "\" has no value; there are " + names());
    }
    return value;
  }

  private IllegalArgumentException mismatch(String name, String wanted) {
    return new IllegalArgumentException(
        "parameter \"" + name + "\" must be " + wanted + ", not " + values.get(name));
  }
}
