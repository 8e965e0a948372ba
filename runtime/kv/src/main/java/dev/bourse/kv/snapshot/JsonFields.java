package dev.bourse.kv.snapshot;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON object of which every property must be there, of its type, and asked for. Whole numbers
 * only.
 *
 * <p>Whatever is wrong is an {@link IllegalArgumentException} that names the property, or a {@link
 * tools.jackson.core.JacksonException} for what is not JSON.
 */
final class JsonFields {
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, Object> values;
  private final Set<String> asked = new HashSet<>();

  private JsonFields(Map<String, Object> values) {
    this.values = values;
  }

  /** Reads the object that begins at {@code from} and is the rest of the bytes. */
  static <T> T read(byte[] bytes, int from, Function<JsonFields, T> reader) {
    try (JsonParser json =
        JSON.createParser(ObjectReadContext.empty(), bytes, from, bytes.length - from)) {
      Object value = value(json, json.nextToken());
      if (!(value instanceof JsonFields fields) || json.nextToken() != null) {
        throw new IllegalArgumentException("it is not one JSON object");
      }
      return fields.all(reader);
    }
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  String string(String name) {
    return value(name, String.class);
  }

  Optional<String> optionalString(String name) {
    return has(name) ? Optional.of(string(name)) : Optional.empty();
  }

  long number(String name) {
    return value(name, Long.class);
  }

  int integer(String name) {
    return toInt(name, number(name));
  }

  <T> T object(String name, Function<JsonFields, T> reader) {
    return value(name, JsonFields.class).all(reader);
  }

  <T> Optional<T> optionalObject(String name, Function<JsonFields, T> reader) {
    return has(name) ? Optional.of(object(name, reader)) : Optional.empty();
  }

  <T> List<T> objects(String name, Function<JsonFields, T> reader) {
    return list(name, JsonFields.class).stream().map(each -> each.all(reader)).toList();
  }

  List<String> strings(String name) {
    return list(name, String.class);
  }

  int[] integers(String name) {
    return list(name, Long.class).stream().mapToInt(number -> toInt(name, number)).toArray();
  }

  private <T> T all(Function<JsonFields, T> reader) {
    T result = reader.apply(this);
    Set<String> unknown = new HashSet<>(values.keySet());
    unknown.removeAll(asked);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("it has the unknown properties " + unknown);
    }
    return result;
  }

  private <T> List<T> list(String name, Class<T> type) {
    List<T> items = new ArrayList<>();
    for (Object item : value(name, List.class)) {
      items.add(cast(name, item, type));
    }
    return items;
  }

  private <T> T value(String name, Class<T> type) {
    asked.add(name);
    return cast(name, values.get(name), type);
  }

  private static <T> T cast(String name, @Nullable Object value, Class<T> type) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "'" + name + "' is " + (value == null ? "not there" : "not of its type"));
    }
    return type.cast(value);
  }

  private static int toInt(String name, long number) {
    if (number != (int) number) {
      throw new IllegalArgumentException("'" + name + "' is out of range: " + number);
    }
    return (int) number;
  }

  private static Object value(JsonParser json, @Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> values = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName();
          if (values.put(name, value(json, json.nextToken())) != null) {
            throw new IllegalArgumentException("'" + name + "' is there twice");
          }
        }
        yield new JsonFields(values);
      }
      case START_ARRAY -> {
        List<Object> items = new ArrayList<>();
        for (JsonToken next = json.nextToken();
            next != JsonToken.END_ARRAY;
            next = json.nextToken()) {
          items.add(value(json, next));
        }
        yield items;
      }
      case VALUE_STRING -> json.getString();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case null, default -> throw new IllegalArgumentException("there is a " + token + " in it");
    };
  }
}
