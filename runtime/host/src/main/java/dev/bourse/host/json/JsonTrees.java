package dev.bourse.host.json;

import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlFactory;

/**
 * JSON and TOML as trees, read and written token by token. A mapper does the same in one call, but
 * setting one up costs a cold start a quarter of a second.
 *
 * <p>Every method that reads throws {@link tools.jackson.core.JacksonException} for text that is
 * not of its format.
 */
public final class JsonTrees {
  private JsonTrees() {}

  private static final int EXCERPT_MAX = 80;
  private static final JsonFactory JSON = new JsonFactory();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  public static JsonNode parseJson(String json) {
    return parse(JSON, json);
  }

  public static JsonNode parseToml(String toml) {
    return parse(TomlFactory.builder().build(), toml);
  }

  private static JsonNode parse(TokenStreamFactory format, String text) {
    try (JsonParser parser = format.createParser(ObjectReadContext.empty(), text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return NODES.missingNode();
      }
      JsonNode tree = value(parser, first);
      if (parser.nextToken() != null) {
        throw new StreamReadException(parser, "there is more after the end of the value");
      }
      return tree;
    }
  }

  private static JsonNode value(JsonParser parser, JsonToken token) {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> NODES.stringNode(parser.getString());
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT, LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      // What only TOML has: dates and times, as they are written.
      default -> NODES.stringNode(parser.getString());
    };
  }

  private static ObjectNode object(JsonParser parser) {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (object.has(name)) {
        throw new StreamReadException(parser, "'" + excerpt(name) + "' is there twice");
      }
      object.set(name, value(parser, parser.nextToken()));
    }
    return object;
  }

  private static ArrayNode array(JsonParser parser) {
    ArrayNode array = NODES.arrayNode();
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      array.add(value(parser, token));
      token = parser.nextToken();
    }
    return array;
  }

  /** As much of a text as an error can quote. */
  public static String excerpt(String text) {
    return text.length() <= EXCERPT_MAX ? text : text.substring(0, EXCERPT_MAX) + "…";
  }

  public static String toJson(JsonNode tree) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      write(generator, tree);
    }
    return text.toString();
  }

  private static void write(JsonGenerator generator, JsonNode tree) {
    switch (tree.getNodeType()) {
      case OBJECT -> {
        generator.writeStartObject();
        tree.properties()
            .forEach(
                property -> {
                  generator.writeName(property.getKey());
                  write(generator, property.getValue());
                });
        generator.writeEndObject();
      }
      case ARRAY -> {
        generator.writeStartArray();
        tree.values().forEach(element -> write(generator, element));
        generator.writeEndArray();
      }
      case STRING -> generator.writeString(tree.stringValue());
      case BOOLEAN -> generator.writeBoolean(tree.booleanValue());
      case NUMBER -> {
        if (tree.isFloatingPointNumber()) {
          generator.writeNumber(tree.doubleValue());
        } else {
          generator.writeNumber(tree.bigIntegerValue());
        }
      }
      default -> generator.writeNull();
    }
  }
}
