package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.BooleanNode;

/**
 * Which schemas apply to a property of which name. The names that are not listed fall into groups,
 * by the patterns that they match; the groups exclude each other and the listed names.
 */
final class PropertyNames {

  private static final int PATTERNS_MAX = 4;

  private final List<SchemaPlace> facts;
  private final boolean closed;
  private final List<String> named;
  private final Map<String, CharacterDfa> patterns = new LinkedHashMap<>();

  /**
   * Names that the same schemas apply to.
   *
   * @param automaton the names; nothing for all names
   */
  record Group(Optional<CharacterDfa> automaton, List<SchemaPlace> schemas) {}

  PropertyNames(List<SchemaPlace> facts, Set<String> required, boolean closed) {
    this.facts = facts;
    this.closed = closed;
    Set<String> names = new LinkedHashSet<>();
    for (SchemaPlace place : facts) {
      if (place.has("properties")) {
        place.at("properties").members();
        names.addAll(place.at("properties").node().propertyNames());
      }
      if (place.has("patternProperties")) {
        for (SchemaPlace pattern : place.at("patternProperties").members()) {
          String regex = pattern.name();
          if (!patterns.containsKey(regex)) {
            patterns.put(regex, CharacterDfa.of(StringRules.found(pattern, regex)));
          }
          if (patterns.size() > PATTERNS_MAX) {
            throw place
                .at("patternProperties")
                .problem("more than " + PATTERNS_MAX + " patterns are not supported");
          }
        }
      }
    }
    names.addAll(required);
    named = List.copyOf(names);
  }

  /** The names that are listed as properties or required, in the order of the schema. */
  List<String> named() {
    return named;
  }

  /** What applies to the property of a listed name. */
  List<SchemaPlace> schemas(String name) {
    Set<String> matching = new LinkedHashSet<>();
    patterns.forEach(
        (regex, automaton) -> {
          if (automaton.contains(name)) {
            matching.add(regex);
          }
        });
    return schemas(Optional.of(name), matching);
  }

  private List<SchemaPlace> schemas(Optional<String> name, Set<String> matching) {
    List<SchemaPlace> schemas = new ArrayList<>();
    for (SchemaPlace place : facts) {
      boolean listed = false;
      SchemaPlace properties = place.at("properties");
      if (name.isPresent() && properties.has(name.get())) {
        schemas.add(properties.at(name.get()));
        listed = true;
      }
      for (String regex : matching) {
        if (place.at("patternProperties").has(regex)) {
          schemas.add(place.at("patternProperties").at(regex));
          listed = true;
        }
      }
      if (!listed) {
        additional(place).ifPresent(schemas::add);
      }
    }
    return schemas;
  }

  private Optional<SchemaPlace> additional(SchemaPlace place) {
    if (place.has("additionalProperties")) {
      return Optional.of(place.at("additionalProperties"));
    }
    boolean listsNames = place.has("properties") || place.has("patternProperties");
    return closed && listsNames
        ? Optional.of(new SchemaPlace(place.pointer(), BooleanNode.FALSE))
        : Optional.empty();
  }

  /** The groups of names that are not listed and that some property may have. */
  List<Group> groups() {
    List<String> regexes = List.copyOf(patterns.keySet());
    List<Group> groups = new ArrayList<>();
    for (int subset = 0; subset < 1 << regexes.size(); subset++) {
      Set<String> matching = new LinkedHashSet<>();
      for (int i = 0; i < regexes.size(); i++) {
        if ((subset >> i & 1) != 0) {
          matching.add(regexes.get(i));
        }
      }
      List<SchemaPlace> schemas = schemas(Optional.empty(), matching);
      if (schemas.stream().noneMatch(PropertyNames::isFalse)) {
        group(matching, schemas).ifPresent(groups::add);
      }
    }
    return groups;
  }

  private static boolean isFalse(SchemaPlace place) {
    return place.node().isBoolean() && !place.node().booleanValue();
  }

  private Optional<Group> group(Set<String> matching, List<SchemaPlace> schemas) {
    if (patterns.isEmpty() && named.isEmpty()) {
      return Optional.of(new Group(Optional.empty(), schemas));
    }
    CharacterDfa names = CharacterDfa.of(Expression.star(Expression.characters(CodePoints.ALL)));
    for (Map.Entry<String, CharacterDfa> pattern : patterns.entrySet()) {
      names =
          matching.contains(pattern.getKey())
              ? names.and(pattern.getValue())
              : names.minus(pattern.getValue());
    }
    if (!named.isEmpty()) {
      names =
          names.minus(
              CharacterDfa.of(Expression.choice(named.stream().map(Expression::literal).toList())));
    }
    return names.isEmpty() ? Optional.empty() : Optional.of(new Group(Optional.of(names), schemas));
  }
}
