package dev.bourse.server.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeType;

/**
 * An object of a request, whose members are read by name and type; null is as good as absent. What
 * does not fit is an {@link ApiException} that names the member as OpenAI does.
 */
final class Members {
  private final JsonNode object;
  private final String prefix;

  private Members(JsonNode object, String prefix) {
    this.object = object;
    this.prefix = prefix;
  }

  /** The object at {@code path}; the request itself has none. */
  static Members of(JsonNode value, String path) {
    if (!value.isObject()) {
      throw wrongType(path.isEmpty() ? "body" : path, "an object", value);
    }
    return new Members(value, path.isEmpty() ? "" : path + ".");
  }

  /** Refuses members that nobody knows: they are misspelled, and would do nothing. */
  Members only(Set<String> known) {
    for (String name : object.propertyNames()) {
      if (!known.contains(name)) {
        throw ApiException.invalid(
            prefix + name,
            "unknown_parameter",
            "Unrecognized request argument supplied: " + prefix + name);
      }
    }
    return this;
  }

  JsonNode json() {
    return object;
  }

  String path(String name) {
    return prefix + name;
  }

  boolean has(String name) {
    JsonNode value = object.path(name);
    return !value.isMissingNode() && !value.isNull();
  }

  /** A member as it is. */
  Optional<JsonNode> value(String name) {
    return has(name) ? Optional.of(object.path(name)) : Optional.empty();
  }

  JsonNode required(String name) {
    return value(name)
        .orElseThrow(
            () ->
                ApiException.invalid(
                    prefix + name,
                    "missing_required_parameter",
                    "Missing required parameter: '" + prefix + name + "'."));
  }

  String requiredText(String name) {
    JsonNode value = required(name);
    if (!value.isString()) {
      throw wrongType(prefix + name, "a string", value);
    }
    return value.stringValue();
  }

  Optional<String> text(String name) {
    return has(name) ? Optional.of(requiredText(name)) : Optional.empty();
  }

  boolean flag(String name, boolean fallback) {
    if (!has(name)) {
      return fallback;
    }
    JsonNode value = object.path(name);
    if (!value.isBoolean()) {
      throw wrongType(prefix + name, "a boolean", value);
    }
    return value.booleanValue();
  }

  Optional<Double> number(String name, double min, double max) {
    if (!has(name)) {
      return Optional.empty();
    }
    JsonNode value = object.path(name);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrongType(prefix + name, "a decimal", value);
    }
    checkRange(name, value, value.doubleValue() < min, min, value.doubleValue() > max, max);
    return Optional.of(value.doubleValue());
  }

  Optional<Long> integer(String name, long min, long max) {
    if (!has(name)) {
      return Optional.empty();
    }
    JsonNode value = object.path(name);
    if (!value.isIntegralNumber()) {
      throw wrongType(prefix + name, "an integer", value);
    }
    boolean fits = value.canConvertToLong();
    boolean negative = value.bigIntegerValue().signum() < 0;
    checkRange(
        name,
        value,
        fits ? value.longValue() < min : negative,
        min,
        fits ? value.longValue() > max : !negative,
        max);
    return Optional.of(value.longValue());
  }

  private void checkRange(
      String name, JsonNode value, boolean below, Number min, boolean above, Number max) {
    if (below || above) {
      String kind = value.isIntegralNumber() && min instanceof Long ? "integer" : "decimal";
      throw ApiException.invalid(
          prefix + name,
          kind + (below ? "_below_min_value" : "_above_max_value"),
          "Invalid '%s': %s %s value. Expected a value %s %s, but got %s instead."
              .formatted(
                  prefix + name,
                  kind,
                  below ? "below minimum" : "above maximum",
                  below ? ">=" : "<=",
                  plain(below ? min : max),
                  value));
    }
  }

  private static String plain(Number number) {
    return number.doubleValue() == number.longValue()
        ? Long.toString(number.longValue())
        : number.toString();
  }

  Optional<Members> object(String name) {
    return has(name) ? Optional.of(of(object.path(name), prefix + name)) : Optional.empty();
  }

  /** The elements of a list, each with its path; none if it is absent. */
  List<Element> list(String name) {
    if (!has(name)) {
      return List.of();
    }
    JsonNode value = object.path(name);
    if (!value.isArray()) {
      throw wrongType(prefix + name, "an array", value);
    }
    List<Element> elements = new ArrayList<>();
    for (JsonNode each : value) {
      elements.add(new Element(each, "%s%s[%d]".formatted(prefix, name, elements.size())));
    }
    return elements;
  }

  /** An element of a list. */
  record Element(JsonNode value, String path) {
    Members members() {
      return of(value, path);
    }

    String text() {
      if (!value.isString()) {
        throw wrongType(path, "a string", value);
      }
      return value.stringValue();
    }
  }

  static ApiException wrongType(String path, String expected, JsonNode value) {
    return ApiException.invalid(
        path,
        "invalid_type",
        "Invalid type for '%s': expected %s, but got %s instead."
            .formatted(path, expected, kind(value)));
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case JsonNodeType.ARRAY -> "an array";
      case JsonNodeType.OBJECT -> "an object";
      case JsonNodeType.STRING -> "a string";
      case JsonNodeType.BOOLEAN -> "a boolean";
      case JsonNodeType.NUMBER -> value.isIntegralNumber() ? "an integer" : "a decimal";
      default -> "null";
    };
  }
}
