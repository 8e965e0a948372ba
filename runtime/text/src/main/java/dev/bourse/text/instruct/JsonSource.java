package dev.bourse.text.instruct;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON that programs and models wrote. */
final class JsonSource {

  /** Templates take no deeper data. */
  private static final int NESTING_MAX = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(NESTING_MAX).build())
          .build();

  private JsonSource() {}

  /**
   * An object, as maps, lists, strings, numbers and null.
   *
   * @throws IllegalArgumentException if the text is not one JSON object
   */
  static Map<String, @Nullable Object> object(String what, String json) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException(what + " is not a JSON object");
      }
      Map<String, @Nullable Object> object = objectOf(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException(what + " has more text after its JSON object");
      }
      return object;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(what + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Map<String, @Nullable Object> objectOf(JsonParser parser) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      object.put(key, value(parser, parser.nextToken()));
    }
    return object;
  }

  private static @Nullable Object value(JsonParser parser, JsonToken token) {
    return switch (token) {
      case START_OBJECT -> objectOf(parser);
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          list.add(value(parser, next));
        }
        yield list;
      }
      case VALUE_NUMBER_INT -> parser.getBigIntegerValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> parser.getString();
    };
  }

  /**
   * A value inside an object.
   *
   * @param text as it is written; of a string, what it says
   */
  record Member(String text, boolean isString) {}

  /** The values of an object by their keys, of equal keys the last; empty if it is no object. */
  static Map<String, Member> members(String json) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Map.of();
      }
      Map<String, Member> members = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        boolean isString = parser.nextToken() == JsonToken.VALUE_STRING;
        int begin = (int) parser.currentTokenLocation().getCharOffset();
        String text = isString ? parser.getString() : "";
        parser.skipChildren();
        int end = (int) parser.currentLocation().getCharOffset();
        members.put(key, new Member(isString ? text : json.substring(begin, end), isString));
      }
      return parser.nextToken() == null ? members : Map.of();
    } catch (JacksonException notJson) {
      return Map.of();
    }
  }

  /** Whether a text is a JSON value other than a string. */
  static boolean isValueButNoText(String json) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      JsonToken first = parser.nextToken();
      if (first == null || first == JsonToken.VALUE_STRING) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (JacksonException notJson) {
      return false;
    }
  }

  /** A text as a JSON string. */
  static String quote(String text) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
  }

  static boolean isObject(String json) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (JacksonException notJson) {
      return false;
    }
  }
}
