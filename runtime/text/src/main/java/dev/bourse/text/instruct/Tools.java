package dev.bourse.text.instruct;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Descriptions of functions as programs pass them: one JSON object each, with {@code name}, {@code
 * description} and {@code parameters} (a JSON Schema), or that object under {@code function}, as in
 * OpenAI's interface.
 */
public final class Tools {
  private Tools() {}

  /**
   * The description in the form that templates are written for: {@code {"type": "function",
   * "function": {"name": …, "description": …, "parameters": …}}}.
   *
   * @throws IllegalArgumentException if it is not such an object
   */
  static Map<String, @Nullable Object> parse(String json) {
    Map<String, @Nullable Object> given = JsonSource.object("the description of a tool", json);
    Map<String, @Nullable Object> function = function(given);
    if (!(function.get("name") instanceof String name) || name.isEmpty()) {
      throw new IllegalArgumentException(
          "the description of a tool has no name: a JSON object with name, description and"
              + " parameters is needed");
    }
    Map<String, @Nullable Object> complete = new LinkedHashMap<>(function);
    complete.putIfAbsent("description", "");
    if (!complete.containsKey("parameters")) {
      Map<String, @Nullable Object> none = new LinkedHashMap<>();
      none.put("type", "object");
      none.put("properties", new LinkedHashMap<>());
      complete.put("parameters", none);
    }
    if (!(complete.get("parameters") instanceof Map)) {
      throw new IllegalArgumentException(
          "the parameters of the tool " + name + " are not a JSON Schema object");
    }
    Map<String, @Nullable Object> tool =
        new LinkedHashMap<>(given.containsKey("function") ? given : Map.of());
    tool.putIfAbsent("type", "function");
    tool.put("function", complete);
    return tool;
  }

  @SuppressWarnings("unchecked") // JSON objects have strings as keys
  private static Map<String, @Nullable Object> function(Map<String, @Nullable Object> tool) {
    return tool.get("function") instanceof Map<?, ?> function
        ? (Map<String, @Nullable Object>) function
        : tool;
  }

  /** A function that may be called. */
  public record Signature(String name, String parametersSchema) {}

  /**
   * The name of a tool and the JSON Schema of its arguments.
   *
   * @throws IllegalArgumentException if the description is not as described above
   */
  public static Signature signature(String json) {
    Map<String, @Nullable Object> function = function(parse(json));
    String name = (String) function.get("name");
    Map<String, JsonSource.Member> members = JsonSource.members(json);
    JsonSource.Member inner = members.get("function");
    if (inner != null && !inner.isString()) {
      members = JsonSource.members(inner.text());
    }
    JsonSource.Member parameters = members.get("parameters");
    return new Signature(
        name == null ? "" : name, parameters == null ? "{\"type\":\"object\"}" : parameters.text());
  }
}
