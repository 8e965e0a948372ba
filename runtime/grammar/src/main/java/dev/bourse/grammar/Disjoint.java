package dev.bourse.grammar;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Whether the branches of a {@code oneOf} exclude each other, so that any one of them may be
 * chosen: by their types, by their values, or by the values of a property that both require.
 */
final class Disjoint {

  private final SchemaDocument document;

  Disjoint(SchemaDocument document) {
    this.document = document;
  }

  /** The branches; refused if two of them may hold for the same value. */
  List<SchemaPlace> branches(SchemaPlace oneOf) {
    List<SchemaPlace> branches = oneOf.elements();
    Limits.check("branches of " + oneOf.pointer(), branches.size(), 256);
    List<List<SchemaPlace>> facts = branches.stream().map(this::facts).toList();
    for (int i = 0; i < branches.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (!disjoint(facts.get(j), facts.get(i), 0)) {
          throw oneOf.problem(
              "branches "
                  + j
                  + " and "
                  + i
                  + " of 'oneOf' may hold for the same value; give them different types, or a"
                  + " required property with different const, or use anyOf");
        }
      }
    }
    return branches;
  }

  private boolean disjoint(List<SchemaPlace> a, List<SchemaPlace> b, int depth) {
    Set<SchemaType> types = SchemaType.of(a);
    types.retainAll(SchemaType.of(b));
    if (types.isEmpty()) {
      return true;
    }
    Optional<Set<Object>> valuesOfA = values(a);
    Optional<Set<Object>> valuesOfB = values(b);
    if (valuesOfA.isPresent() && valuesOfB.isPresent()) {
      return Collections.disjoint(valuesOfA.get(), valuesOfB.get());
    }
    if (depth > 8 || !types.equals(Set.of(SchemaType.OBJECT))) {
      return false;
    }
    Set<String> both = required(a);
    both.retainAll(required(b));
    return both.stream()
        .anyMatch(name -> disjoint(property(a, name), property(b, name), depth + 1));
  }

  /** A place and all that {@code $ref} and {@code allOf} add to it. */
  private List<SchemaPlace> facts(SchemaPlace start) {
    List<SchemaPlace> facts = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Deque<SchemaPlace> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      SchemaPlace place = open.poll();
      if (place.node().isObject() && seen.add(place.pointer())) {
        facts.add(place);
        if (place.has("$ref")) {
          open.add(document.target(place));
        }
        if (place.has("allOf")) {
          open.addAll(place.at("allOf").elements());
        }
      }
    }
    return facts;
  }

  private static Optional<Set<Object>> values(List<SchemaPlace> facts) {
    for (SchemaPlace place : facts) {
      if (place.has("const")) {
        return Optional.of(Set.of(comparable(place.node().path("const"))));
      }
      if (place.node().path("enum").isArray()) {
        Set<Object> values = new HashSet<>();
        place.node().path("enum").forEach(value -> values.add(comparable(value)));
        return Optional.of(values);
      }
    }
    return Optional.empty();
  }

  /** Equal for values that JSON Schema holds equal. */
  static Object comparable(JsonNode value) {
    if (value.isArray()) {
      return value.valueStream().map(Disjoint::comparable).toList();
    }
    if (value.isObject()) {
      Map<String, Object> members = new HashMap<>();
      value
          .properties()
          .forEach(member -> members.put(member.getKey(), comparable(member.getValue())));
      return members;
    }
    if (!value.isNumber()) {
      return value;
    }
    BigDecimal number = value.decimalValue();
    return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
  }

  private static Set<String> required(List<SchemaPlace> facts) {
    Set<String> required = new HashSet<>();
    for (SchemaPlace place : facts) {
      place.node().path("required").forEach(name -> required.add(name.asString("")));
    }
    return required;
  }

  private List<SchemaPlace> property(List<SchemaPlace> facts, String name) {
    List<SchemaPlace> property = new ArrayList<>();
    for (SchemaPlace place : facts) {
      if (place.at("properties").has(name)) {
        property.addAll(facts(place.at("properties").at(name)));
      }
    }
    return property;
  }
}
