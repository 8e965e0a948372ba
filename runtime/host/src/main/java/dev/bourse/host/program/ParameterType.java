package dev.bourse.host.program;

import dev.bourse.host.json.JsonTrees;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The type of an inferlet's parameter. */
public enum ParameterType {
  STRING("string"),
  INTEGER("integer"),
  NUMBER("number"),
  BOOLEAN("boolean"),
  LIST("list"),
  OBJECT("object");

  private final String word;

  ParameterType(String word) {
    this.word = word;
  }

  /** How manifests write it. */
  public String word() {
    return word;
  }

  public boolean accepts(JsonNode value) {
    return switch (this) {
      case STRING -> value.isString();
      case INTEGER -> value.isIntegralNumber() && value.canConvertToLong();
      case NUMBER -> value.isNumber() && Double.isFinite(value.doubleValue());
      case BOOLEAN -> value.isBoolean();
      case LIST -> value.isArray();
      case OBJECT -> value.isObject();
    };
  }

  /**
   * A value as it is written on a command line.
   *
   * @throws IllegalArgumentException when the text is not of this type
   */
  public JsonNode parse(String text) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (this) {
      case STRING -> nodes.stringNode(text);
      case INTEGER -> nodes.numberNode(Long.parseLong(text));
      case NUMBER -> nodes.numberNode(Double.parseDouble(text));
      case BOOLEAN -> {
        if (!text.equals("true") && !text.equals("false")) {
          throw new IllegalArgumentException(text);
        }
        yield nodes.booleanNode(text.equals("true"));
      }
      case LIST, OBJECT -> JsonTrees.parseJson(text);
    };
  }
}
