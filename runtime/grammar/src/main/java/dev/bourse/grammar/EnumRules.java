package dev.bourse.grammar;

import static dev.bourse.grammar.Expression.choice;
import static dev.bourse.grammar.Expression.literal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The values that {@code enum} and {@code const} list, as far as the other keywords allow them. */
final class EnumRules {

  /** Keywords of arrays and objects, which a listed value is not checked against. */
  private static final List<String> STRUCTURE =
      Stream.of(SchemaCompiler.OBJECT_KEYWORDS, SchemaCompiler.ARRAY_KEYWORDS)
          .flatMap(List::stream)
          .toList();

  private final List<SchemaPlace> facts;
  private final Set<SchemaType> types;

  EnumRules(List<SchemaPlace> facts, Set<SchemaType> types) {
    this.facts = facts;
    this.types = types;
  }

  Expression expression() {
    List<List<JsonNode>> lists = new ArrayList<>();
    for (SchemaPlace place : facts) {
      if (place.has("enum")) {
        lists.add(place.at("enum").elements().stream().map(SchemaPlace::node).toList());
      }
      if (place.has("const")) {
        lists.add(List.of(place.at("const").node()));
      }
    }
    List<JsonNode> values = new ArrayList<>(lists.getFirst());
    for (List<JsonNode> others : lists.subList(1, lists.size())) {
      Set<Object> comparable =
          others.stream().map(Disjoint::comparable).collect(Collectors.toSet());
      values.removeIf(value -> !comparable.contains(Disjoint.comparable(value)));
    }
    values.removeIf(value -> !types.contains(SchemaType.of(value)) || !allowed(value));
    return choice(values.stream().map(value -> literal(compact(value))).toList());
  }

  private boolean allowed(JsonNode value) {
    return switch (SchemaType.of(value)) {
      case STRING -> allowed(value.stringValue());
      case NUMBER, INTEGER -> {
        SchemaPlace place = new SchemaPlace(facts.getFirst().pointer() + "/enum", value);
        yield NumberRules.bounds(facts, false).allows(SchemaNumbers.decimal(place));
      }
      case ARRAY, OBJECT -> {
        for (SchemaPlace place : facts) {
          for (String keyword : STRUCTURE) {
            if (place.has(keyword)) {
              throw place
                  .at(keyword)
                  .problem("is not supported beside an enum or const with an array or object");
            }
          }
        }
        yield true;
      }
      case BOOLEAN, NULL -> true;
    };
  }

  private boolean allowed(String value) {
    int length = value.codePointCount(0, value.length());
    return length >= SchemaNumbers.atLeast(facts, "minLength")
        && length <= SchemaNumbers.atMost(facts, "maxLength")
        && StringRules.languages(facts).stream()
            .allMatch(language -> CharacterDfa.of(language).contains(value));
  }

  /** A value without white space, each string written in the one way that is ours. */
  private static String compact(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> JsonText.quoted(value.stringValue());
      case ARRAY ->
          value.valueStream().map(EnumRules::compact).collect(Collectors.joining(",", "[", "]"));
      case OBJECT ->
          value.properties().stream()
              .map(member -> JsonText.quoted(member.getKey()) + ":" + compact(member.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      default -> value.toString();
    };
  }
}
