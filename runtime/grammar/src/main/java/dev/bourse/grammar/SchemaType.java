package dev.bourse.grammar;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The types of JSON Schema. Every integer is a number. */
enum SchemaType {
  OBJECT,
  ARRAY,
  STRING,
  NUMBER,
  INTEGER,
  BOOLEAN,
  NULL;

  /** The types that all of some schemas allow. */
  static Set<SchemaType> of(List<SchemaPlace> schemas) {
    Set<SchemaType> types = EnumSet.allOf(SchemaType.class);
    for (SchemaPlace schema : schemas) {
      if (schema.has("type")) {
        types.retainAll(named(schema));
      }
    }
    return types;
  }

  private static Set<SchemaType> named(SchemaPlace schema) {
    Set<SchemaType> types = EnumSet.noneOf(SchemaType.class);
    SchemaPlace keyword = schema.at("type");
    if (keyword.node().isArray()) {
      keyword.elements().forEach(element -> types.add(named(element, element.node())));
    } else {
      types.add(named(keyword, keyword.node()));
    }
    if (schema.at("nullable").node().asBoolean(false)) {
      types.add(NULL);
    }
    if (types.contains(NUMBER)) {
      types.add(INTEGER);
    }
    return types;
  }

  private static SchemaType named(SchemaPlace place, JsonNode name) {
    for (SchemaType type : values()) {
      if (name.isString() && name.stringValue().equals(type.toString())) {
        return type;
      }
    }
    throw place.problem(name + " is no type");
  }

  /** The type of a value. */
  static SchemaType of(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> OBJECT;
      case ARRAY -> ARRAY;
      case STRING -> STRING;
      case BOOLEAN -> BOOLEAN;
      case NUMBER -> value.decimalValue().stripTrailingZeros().scale() <= 0 ? INTEGER : NUMBER;
      default -> NULL;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
