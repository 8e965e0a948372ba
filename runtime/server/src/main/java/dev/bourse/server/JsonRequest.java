package dev.bourse.server;

import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * One line of input: a JSON object whose members are read by name and type. What does not fit is an
 * {@link IllegalArgumentException} that names the member and what it should be.
 */
final class JsonRequest {
  private final JsonNode object;

  private JsonRequest(JsonNode object) {
    this.object = object;
  }

  static JsonRequest parse(String line) {
    JsonNode value = JsonLines.JSON.readTree(line);
    if (!value.isObject()) {
      throw new IllegalArgumentException("a JSON object is expected on every line");
    }
    return new JsonRequest(value);
  }

  /** The whole object. */
  JsonNode object() {
    return object;
  }

  /** Refuses members that the command does not know: they are misspelled, and would be ignored. */
  JsonRequest only(String... known) {
    for (String name : object.propertyNames()) {
      if (!Set.of(known).contains(name)) {
        throw new IllegalArgumentException(
            "there is no '%s' here; there are %s"
                .formatted(name, String.join(", ", new TreeSet<>(Set.of(known)))));
      }
    }
    return this;
  }

  String text(String name) {
    JsonNode value = object.path(name);
    if (!value.isString()) {
      throw new IllegalArgumentException("'" + name + "' must be a string");
    }
    return value.stringValue();
  }

  /** A truth value; false if absent. */
  boolean flag(String name) {
    JsonNode value = object.path(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new IllegalArgumentException("'" + name + "' must be true or false");
    }
    return value.asBoolean(false);
  }

  /** A whole number from 0 to {@code max}; 0 if absent. */
  int count(String name, int max) {
    JsonNode value = object.path(name);
    return value.isMissingNode() ? 0 : integer("'" + name + "'", value, max);
  }

  /** An array of whole numbers, each from 0 to {@code max}. */
  int[] integers(String name, int max) {
    JsonNode value = object.path(name);
    if (!value.isArray()) {
      throw new IllegalArgumentException("'" + name + "' must be an array of whole numbers");
    }
    int[] integers = new int[value.size()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = integer("'%s'[%d]".formatted(name, i), value.get(i), max);
    }
    return integers;
  }

  /** An array of whole numbers, each from 0 to {@code max}; empty if absent. */
  int[] integersOrNone(String name, int max) {
    return object.has(name) ? integers(name, max) : new int[0];
  }

  private static int integer(String what, JsonNode value, int max) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new IllegalArgumentException(what + " must be a whole number, but is " + value);
    }
    int integer = value.intValue();
    if (integer < 0 || integer > max) {
      throw new IllegalArgumentException(
          "%s is %d, which is not from 0 to %d".formatted(what, integer, max));
    }
    return integer;
  }
}
