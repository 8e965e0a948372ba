package dev.bourse.server.openai;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tools, in both of OpenAI's forms: chats have a function under {@code function}, responses have it
 * beside its type.
 */
final class ToolFields {
  private static final int TOOLS_MAX = 128;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  private static final Set<String> FUNCTION = Set.of("name", "description", "parameters", "strict");

  private ToolFields() {}

  /**
   * Adds tools and the choice among them to an inferlet's input.
   *
   * @param nested whether functions are under {@code function}
   */
  static void copy(Members request, boolean nested, ObjectNode input) {
    List<Members.Element> tools = request.list("tools");
    if (tools.size() > TOOLS_MAX) {
      throw ApiException.invalid(
          "tools",
          "array_above_max_length",
          "Invalid 'tools': array too long. Expected at most %d.".formatted(TOOLS_MAX));
    }
    Set<String> names = new LinkedHashSet<>();
    if (!tools.isEmpty()) {
      ArrayNode texts = input.putArray("tools");
      for (Members.Element each : tools) {
        ObjectNode function = function(each.members(), nested);
        if (!names.add(function.path("name").stringValue())) {
          throw ApiException.invalid(
              each.path(), "invalid_value", "Two tools have the name of " + each.path() + ".");
        }
        texts.add(Json.text(function));
      }
    }
    request.value("tool_choice").ifPresent(c -> choice(request, c, nested, names, input));
    if (request.has("parallel_tool_calls")) {
      input.put("parallel_calls", request.flag("parallel_tool_calls", true));
    }
  }

  private static ObjectNode function(Members tool, boolean nested) {
    String type = tool.requiredText("type");
    if (!type.equals("function")) {
      throw ApiException.unsupported(
          tool.path("type"),
          "Tools of the type '%s' are not supported here; 'function' is.".formatted(type));
    }
    Members function = tool;
    if (nested) {
      tool.only(Set.of("type", "function"));
      tool.required("function");
      function = tool.object("function").orElseThrow().only(FUNCTION);
    }
    String name = function.requiredText("name");
    if (!NAME.matcher(name).matches()) {
      throw ApiException.invalid(
          function.path("name"),
          "invalid_value",
          "Invalid '%s': string does not match pattern. Expected '^[a-zA-Z0-9_-]{1,64}$'."
              .formatted(function.path("name")));
    }
    ObjectNode plain = Json.object().put("name", name);
    plain.put("description", function.text("description").orElse(""));
    Optional<Members> parameters = function.object("parameters");
    plain.set(
        "parameters",
        parameters
            .map(Members::json)
            .orElseGet(() -> Json.object().put("type", "object").set("properties", Json.object())));
    function.flag("strict", false);
    return plain;
  }

  private static void choice(
      Members request, JsonNode choice, boolean nested, Set<String> names, ObjectNode input) {
    if (choice.isString()) {
      String word = choice.stringValue();
      if (!Set.of("none", "auto", "required").contains(word)) {
        throw ApiException.invalid(
            "tool_choice",
            "invalid_value",
            "Invalid value: '%s'. Supported values are: 'none', 'auto', 'required', and an object."
                .formatted(word));
      }
      requireTools(names, word.equals("required"));
      input.put("tool_choice", word);
      return;
    }
    Members named = request.object("tool_choice").orElseThrow();
    String type = named.requiredText("type");
    if (!type.equals("function")) {
      throw ApiException.unsupported(
          "tool_choice.type", "A tool_choice of the type '%s' is not supported.".formatted(type));
    }
    if (nested) {
      named.required("function");
    }
    Members function = nested ? named.object("function").orElseThrow() : named;
    String name = function.requiredText("name");
    if (!names.contains(name)) {
      throw ApiException.invalid(
          "tool_choice", "invalid_value", "Tool choice '%s' not found in 'tools'.".formatted(name));
    }
    input.put("tool_choice", "only " + name);
    // Who names one function wants it called, not called again and again.
    input.put("parallel_calls", false);
  }

  private static void requireTools(Set<String> names, boolean needed) {
    if (needed && names.isEmpty()) {
      throw ApiException.invalid(
          "tool_choice",
          "invalid_value",
          "Invalid 'tool_choice': it is only allowed when 'tools' are specified.");
    }
  }
}
