package dev.bourse.server.config;

import dev.bourse.server.NearNames;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads tables of a configuration, and collects which keys there are and what is wrong. */
final class TableReader {
  private final List<String> problems = new ArrayList<>();
  private final Set<String> given = new LinkedHashSet<>();

  /** All that is wrong. */
  List<String> problems() {
    return problems;
  }

  /** Keys that are there, with their tables. */
  Set<String> given() {
    return given;
  }

  /** What a key of a table is, or what it is otherwise. */
  <T> T value(ObjectNode table, String prefix, Key<T> key, T otherwise) {
    JsonNode node = table.get(key.name());
    if (node == null) {
      return otherwise;
    }
    String path = prefix + key.name();
    T value = key.kind().read(node);
    if (value == null) {
      problems.add(
          "%s is %s, and must be %s%s"
              .formatted(path, shown(node), key.kind().words(), key.kind().hint(node)));
      return otherwise;
    }
    given.add(path);
    return value;
  }

  /** A table of a table; an empty one if it is not there or no table. */
  ObjectNode table(ObjectNode parent, String name, String path) {
    JsonNode node = parent.get(name);
    if (node instanceof ObjectNode table) {
      return table;
    }
    if (node != null) {
      problems.add("%s is %s, and must be a table: [%s]".formatted(path, shown(node), path));
    }
    return JsonNodeFactory.instance.objectNode();
  }

  /** Reports keys that mean nothing. */
  void knows(ObjectNode table, String prefix, List<String> names) {
    for (String name : table.propertyNames()) {
      if (!names.contains(name)) {
        List<String> near = NearNames.of(name, names);
        problems.add(
            "%s%s is %s, and there is no such key%s"
                .formatted(
                    prefix,
                    name,
                    shown(table.required(name)),
                    near.isEmpty()
                        ? "; there are " + String.join(", ", names)
                        : Words.didYouMean(near)));
      }
    }
  }

  /** A value as it is told of. */
  static String shown(JsonNode node) {
    int most = 40;
    String text = node.isContainer() ? (node.isObject() ? "a table" : "a list") : node.toString();
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
