package dev.bourse.host.program;

import dev.bourse.host.json.JsonTrees;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/**
 * A parameter that an inferlet declares.
 *
 * @param defaultJson what it is when not given, as JSON
 * @param minimum for numbers, inclusive
 * @param maximum for numbers, inclusive
 */
public record Parameter(
    String name,
    ParameterType type,
    boolean required,
    Optional<JsonNode> defaultJson,
    OptionalDouble minimum,
    OptionalDouble maximum,
    String description) {

  /** Notes what is wrong with a value for this parameter. */
  public void check(JsonNode value, List<String> problems) {
    if (!type.accepts(value)) {
      problems.add(
          "parameter %s is %s, expected %s"
              .formatted(name, JsonTrees.excerpt(JsonTrees.toJson(value)), article(type.word())));
      return;
    }
    if (value.isNumber()) {
      double number = value.doubleValue();
      if (minimum.isPresent() && number < minimum.getAsDouble()) {
        problems.add(
            "parameter %s is %s, must be at least %s"
                .formatted(name, JsonTrees.toJson(value), plain(minimum.getAsDouble())));
      }
      if (maximum.isPresent() && number > maximum.getAsDouble()) {
        problems.add(
            "parameter %s is %s, must be at most %s"
                .formatted(name, JsonTrees.toJson(value), plain(maximum.getAsDouble())));
      }
    }
  }

  private static String article(String word) {
    return ("aeiou".indexOf(word.charAt(0)) >= 0 ? "an " : "a ") + word;
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
