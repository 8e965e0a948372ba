package dev.bourse.grammar;

import static dev.bourse.grammar.Expression.choice;
import static dev.bourse.grammar.Expression.literal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * From a JSON Schema to rules. What is compiled is always a <em>conjunction</em>: a set of places
 * in the schema whose constraints hold for the same value. {@code $ref} and {@code allOf} add
 * places to it, {@code anyOf} and {@code oneOf} make it a choice of conjunctions, and a property's
 * value is the conjunction of what all of them say about that property. Equal conjunctions are one
 * rule, and so recursion ends.
 */
final class SchemaCompiler {

  /** Combinations of the branches of all {@code anyOf} and {@code oneOf} of a conjunction. */
  private static final int COMBINATIONS_MAX = 256;

  static final List<String> OBJECT_KEYWORDS =
      List.of(
          "properties",
          "patternProperties",
          "additionalProperties",
          "required",
          "minProperties",
          "maxProperties");

  static final List<String> ARRAY_KEYWORDS =
      List.of("items", "prefixItems", "minItems", "maxItems");

  private final SchemaDocument document;
  private final SchemaOptions options;
  private final Map<String, Expression> rules = new LinkedHashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, Integer> used = new HashMap<>();
  private final Deque<Pending> pending = new ArrayDeque<>();

  /** A rule that has a name, but no body yet. */
  private record Pending(String rule, List<SchemaPlace> places) {}

  private SchemaCompiler(String schema, SchemaOptions options) {
    document = new SchemaDocument(schema);
    this.options = options;
  }

  static Map<String, Expression> compile(String schema, SchemaOptions options) {
    SchemaCompiler compiler = new SchemaCompiler(schema, options);
    compiler.run();
    return compiler.rules;
  }

  private void run() {
    reserve(Grammar.ROOT);
    pending.add(new Pending(Grammar.ROOT, List.of(document.root())));
    names.put(document.root().key(), Grammar.ROOT);
    while (!pending.isEmpty()) {
      Pending next = pending.poll();
      rules.put(next.rule, body(next.rule, next.places));
    }
    Map<String, Expression> json = JsonText.rules(options.whitespace());
    json.forEach(rules::putIfAbsent);
  }

  SchemaOptions options() {
    return options;
  }

  /** What a value matches that all of these places constrain. */
  Expression conjunction(List<SchemaPlace> places) {
    Map<String, SchemaPlace> distinct = new LinkedHashMap<>();
    for (SchemaPlace place : places) {
      if (place.node().isBoolean()) {
        if (!place.node().booleanValue()) {
          return Expression.NOTHING;
        }
      } else if (!place.node().isObject() || !place.node().isEmpty()) {
        distinct.put(place.key(), place);
      }
    }
    if (distinct.isEmpty()) {
      return JsonText.VALUE;
    }
    String key = String.join("\n", new TreeSet<>(distinct.keySet()));
    String name = names.get(key);
    if (name == null) {
      name = newRule(distinct.values().iterator().next().name());
      names.put(key, name);
      pending.add(new Pending(name, List.copyOf(distinct.values())));
    }
    return Expression.reference(name);
  }

  /** A name like this one that no rule has; its rule is to be defined. */
  private String newRule(String like) {
    String base = like.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
    if (base.isEmpty() || !Character.isLetter(base.charAt(0)) || base.startsWith("json-")) {
      base = "value-" + base;
    }
    base = base.length() > 40 ? base.substring(0, 40) : base;
    String name = base.endsWith("-") ? base + "1" : base;
    while (rules.containsKey(name)) {
      name = base + "-" + used.merge(base, 1, Integer::sum);
    }
    reserve(name);
    return name;
  }

  private void reserve(String name) {
    define(name, Expression.NOTHING);
  }

  /** Defines a rule; names with an underscore are those of parts of another rule. */
  Expression define(String name, Expression expression) {
    rules.put(name, expression);
    Limits.check("rules", rules.size(), Limits.RULES_MAX);
    return Expression.reference(name);
  }

  private Expression body(String rule, List<SchemaPlace> places) {
    Map<String, SchemaPlace> facts = new LinkedHashMap<>();
    List<List<SchemaPlace>> choices = new ArrayList<>();
    Deque<SchemaPlace> open = new ArrayDeque<>(places);
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      SchemaPlace place = open.poll();
      if (place.node().isBoolean()) {
        if (!place.node().booleanValue()) {
          return Expression.NOTHING;
        }
        continue;
      }
      SchemaKeywords.check(place);
      if (place.applied()) {
        facts.put(place.pointer(), place);
      } else if (seen.add(place.pointer()) && !facts.containsKey(place.pointer())) {
        new InPlaceCircles(document).check(place);
        facts.put(place.pointer(), place.whenApplied());
        if (place.has("$ref")) {
          open.add(document.target(place));
        }
        if (place.has("allOf")) {
          open.addAll(place.at("allOf").elements());
        }
        if (place.has("anyOf")) {
          choices.add(place.at("anyOf").elements());
        }
        if (place.has("oneOf")) {
          choices.add(new Disjoint(document).branches(place.at("oneOf")));
        }
      }
    }
    List<SchemaPlace> all = List.copyOf(facts.values());
    if (all.isEmpty()) {
      return JsonText.VALUE;
    }
    return choices.isEmpty() ? typed(rule, all) : choose(all, choices);
  }

  private Expression choose(List<SchemaPlace> facts, List<List<SchemaPlace>> choices) {
    List<List<SchemaPlace>> combinations = List.of(facts);
    for (List<SchemaPlace> branches : choices) {
      List<List<SchemaPlace>> longer = new ArrayList<>();
      for (List<SchemaPlace> combination : combinations) {
        for (SchemaPlace branch : branches) {
          List<SchemaPlace> with = new ArrayList<>(combination);
          with.add(branch);
          longer.add(with);
          Limits.check("combinations of anyOf and oneOf", longer.size(), COMBINATIONS_MAX);
        }
      }
      combinations = longer;
    }
    return choice(combinations.stream().map(this::conjunction).toList());
  }

  private static boolean says(List<SchemaPlace> facts, List<String> keywords) {
    return facts.stream().anyMatch(place -> keywords.stream().anyMatch(place::has));
  }

  private Expression typed(String rule, List<SchemaPlace> facts) {
    Set<SchemaType> types = SchemaType.of(facts);
    if (facts.stream().anyMatch(place -> place.has("enum") || place.has("const"))) {
      return new EnumRules(facts, types).expression();
    }
    List<Expression> alternatives = new ArrayList<>();
    for (SchemaType type : types) {
      switch (type) {
        case OBJECT ->
            alternatives.add(
                says(facts, OBJECT_KEYWORDS)
                    ? new ObjectRules(this, rule, facts).expression()
                    : JsonText.OBJECT);
        case ARRAY ->
            alternatives.add(
                says(facts, ARRAY_KEYWORDS)
                    ? new ArrayRules(this, rule, facts).expression()
                    : JsonText.ARRAY);
        case STRING -> alternatives.add(new StringRules(this, rule, facts).expression());
        case NUMBER -> alternatives.add(new NumberRules(this, rule, facts, false).expression());
        case INTEGER -> {
          if (!types.contains(SchemaType.NUMBER)) {
            alternatives.add(new NumberRules(this, rule, facts, true).expression());
          }
        }
        case BOOLEAN -> alternatives.add(choice(literal("true"), literal("false")));
        case NULL -> alternatives.add(literal("null"));
      }
    }
    return choice(alternatives);
  }
}
