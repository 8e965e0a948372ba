package dev.bourse.server.openai;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as it comes from clients and inferlets. */
final class Json {
  private static final int NESTING_MAX = 100;

  static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(NESTING_MAX).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * The body of a request.
   *
   * @throws ApiException if it is not JSON
   */
  static JsonNode request(byte[] body) {
    try {
      JsonNode value = MAPPER.readTree(body);
      if (value != null && !value.isMissingNode()) {
        return value;
      }
    } catch (JacksonException e) {
      throw ApiException.invalid(
          null,
          null,
          "We could not parse the JSON body of your request: " + e.getOriginalMessage());
    }
    throw ApiException.invalid(null, null, "The body of your request is empty; JSON is expected.");
  }

  /**
   * The text of a JSON object inside a request; no text at all is an empty one.
   *
   * @throws ApiException if it is none
   */
  static String objectText(String text, String path) {
    try {
      if (text.isBlank()) {
        return "{}";
      }
      if (MAPPER.readTree(text).isObject()) {
        return text;
      }
    } catch (JacksonException notJson) {
      // Said below.
    }
    throw ApiException.invalid(
        path, "invalid_value", "Invalid '%s': expected the text of a JSON object.".formatted(path));
  }

  /** What an inferlet sent. */
  static JsonNode event(String text) {
    return MAPPER.readTree(text);
  }

  static String text(JsonNode value) {
    return MAPPER.writeValueAsString(value);
  }

  static ObjectNode object() {
    return NODES.objectNode();
  }
}
