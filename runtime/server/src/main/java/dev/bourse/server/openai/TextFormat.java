package dev.bourse.server.openai;

import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * What form an answer must have: {@code response_format} in chats, {@code text.format} elsewhere.
 */
final class TextFormat {
  private static final String ANY_OBJECT = "{\"type\":\"object\"}";

  private TextFormat() {}

  /**
   * Adds it to an inferlet's input.
   *
   * @param nested whether a schema is under {@code json_schema}
   */
  static void copy(Members format, boolean nested, ObjectNode input) {
    String type = format.requiredText("type");
    switch (type) {
      case "text" -> {}
      case "json_object" -> input.put("schema", ANY_OBJECT);
      case "json_schema" -> {
        Members named = format;
        if (nested) {
          format.required("json_schema");
          named = format.object("json_schema").orElseThrow();
          named.only(Set.of("name", "description", "schema", "strict"));
        }
        var _ = named.requiredText("name");
        named.flag("strict", false);
        named.required("schema");
        input.put("schema", Json.text(named.object("schema").orElseThrow().json()));
      }
      default ->
          throw ApiException.invalid(
              format.path("type"),
              "invalid_value",
              "Invalid value: '%s'. Supported values are: 'text', 'json_object', and 'json_schema'."
                  .formatted(type));
    }
  }
}
