package dev.bourse.server.simulate;

import dev.bourse.scheduler.simulation.Distribution;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Records from a tree of TOML: component {@code firstPrompt} is the key {@code first-prompt}, and a
 * key that is not there leaves what the default has. Unlike a data binder it goes on after a
 * problem, so that whoever wrote the file learns of all of them at once.
 */
final class RecordReader {
  private final List<String> problems = new ArrayList<>();

  /** What was wrong so far. */
  List<String> problems() {
    return problems;
  }

  /**
   * Reads a record.
   *
   * @param at where it is in the file, for problems; empty at the top
   * @param defaults is returned as it is where the file says nothing, or nothing that can be used
   */
  <R extends Record> R read(JsonNode node, String at, R defaults) {
    if (!node.isObject()) {
      problems.add("%s must be a table, not %s".formatted(at, node));
      return defaults;
    }
    RecordComponent[] components = defaults.getClass().getRecordComponents();
    reportUnknown(node, at, components);
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      JsonNode value = node.get(key(components[i].getName()));
      Object standard = standard(components[i], defaults);
      values[i] =
          value == null
              ? standard
              : value(value, join(at, key(components[i].getName())), components[i], standard);
    }
    try {
      @SuppressWarnings("unchecked") // The class of an R.
      Class<R> type = (Class<R>) defaults.getClass();
      Constructor<R> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(defaults.getClass() + " has no canonical constructor", e);
    }
  }

  private void reportUnknown(JsonNode node, String at, RecordComponent[] components) {
    Set<String> known =
        Arrays.stream(components)
            .map(component -> key(component.getName()))
            .collect(Collectors.toCollection(java.util.TreeSet::new));
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      if (!known.contains(property.getKey())) {
        problems.add(
            "%s is not known here: %s"
                .formatted(join(at, property.getKey()), String.join(", ", known)));
      }
    }
  }

  private static Object standard(RecordComponent component, Record defaults) {
    try {
      return component.getAccessor().invoke(defaults);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  private Object value(JsonNode node, String at, RecordComponent component, Object standard) {
    return switch (standard) {
      case List<?> list -> list(node, at, component, list);
      case Distribution _ when node.isNumber() -> always(node, at);
      case Distribution distribution -> distribution(node, at, distribution);
      case Record nested -> read(node, at, nested);
      default -> scalar(node, at, component.getType(), standard);
    };
  }

  /** A number is a distribution that is always the same. */
  private Object always(JsonNode node, String at) {
    return Distribution.always((Long) scalar(node, at, long.class, 0L));
  }

  /** Without limits, it is limited to eight times its mean. */
  private Object distribution(JsonNode node, String at, Distribution standard) {
    double mean = node.path("mean").isNumber() ? node.path("mean").doubleValue() : standard.mean();
    return read(
        node, at, new Distribution(mean, standard.variation(), standard.min(), (long) (8 * mean)));
  }

  private Object list(JsonNode node, String at, RecordComponent component, List<?> standard) {
    if (!node.isArray()) {
      problems.add("%s must be an array, not %s".formatted(at, node));
      return standard;
    }
    Class<?> element =
        component.getGenericType() instanceof ParameterizedType type
                && type.getActualTypeArguments()[0] instanceof Class<?> found
            ? found
            : Object.class;
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      Object first = standard.getFirst();
      values.add(
          first instanceof Record nested
              ? read(node.get(i), "%s[%d]".formatted(at, i), nested)
              : scalar(node.get(i), "%s[%d]".formatted(at, i), element, first));
    }
    return values;
  }

  private Object scalar(JsonNode node, String at, Class<?> type, Object standard) {
    if ((type == int.class || type == Integer.class) && node.canConvertToInt()) {
      return node.intValue();
    }
    if (type == long.class && node.canConvertToLong()) {
      return node.longValue();
    }
    if ((type == double.class || type == Double.class) && node.isNumber()) {
      return node.doubleValue();
    }
    if (type == String.class && node.isString()) {
      return node.stringValue();
    }
    if (type.isEnum() && node.isString()) {
      for (Object constant : type.getEnumConstants()) {
        if (constant.toString().equalsIgnoreCase(node.stringValue())) {
          return constant;
        }
      }
    }
    problems.add("%s must be %s, not %s".formatted(at, expected(type), node));
    return standard;
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> "\"" + constant.toString().toLowerCase(Locale.ROOT) + "\"")
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == String.class) {
      return "a string";
    }
    return type == double.class || type == Double.class ? "a number" : "a whole number";
  }

  private static String join(String at, String key) {
    return at.isEmpty() ? key : at + "." + key;
  }

  private static String key(String component) {
    return component.replaceAll("(\\p{Upper})", "-$1").toLowerCase(Locale.ROOT);
  }
}
