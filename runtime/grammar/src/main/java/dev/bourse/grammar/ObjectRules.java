package dev.bourse.grammar;

import static dev.bourse.grammar.Expression.UNBOUNDED;
import static dev.bourse.grammar.Expression.choice;
import static dev.bourse.grammar.Expression.literal;
import static dev.bourse.grammar.Expression.optional;
import static dev.bourse.grammar.Expression.repeat;
import static dev.bourse.grammar.Expression.sequence;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Objects: first the properties that have names, in the order of the schema, each if it is required
 * or chosen; then any others.
 */
final class ObjectRules {

  private final SchemaCompiler compiler;
  private final String rule;
  private final List<SchemaPlace> facts;
  private final PropertyNames names;
  private final Set<String> required = new LinkedHashSet<>();
  private final int min;
  private final int max;

  /** How far members are counted: as far as it matters, and at least none from some. */
  private final int countMax;

  ObjectRules(SchemaCompiler compiler, String rule, List<SchemaPlace> facts) {
    this.compiler = compiler;
    this.rule = rule;
    this.facts = facts;
    for (SchemaPlace place : facts) {
      if (place.has("required")) {
        for (SchemaPlace name : place.at("required").elements()) {
          if (!name.node().isString()) {
            throw name.problem("is not a string");
          }
          required.add(name.node().stringValue());
        }
      }
    }
    names = new PropertyNames(facts, required, compiler.options().closedObjects());
    min = SchemaNumbers.atLeast(facts, "minProperties");
    max = SchemaNumbers.atMost(facts, "maxProperties");
    countMax = Math.max(1, max == UNBOUNDED ? min : max);
  }

  Expression expression() {
    if (max < min || max < required.size()) {
      return Expression.NOTHING;
    }
    Expression others = others();
    List<String> named = names.named();
    List<Expression> after = new ArrayList<>();
    for (int count = 0; count <= Math.min(named.size(), countMax); count++) {
      after.add(member(named.size(), count, end(others, count)));
    }
    for (int i = named.size() - 1; i >= 0; i--) {
      Expression pair = pair(literal(JsonText.quoted(named.get(i))), names.schemas(named.get(i)));
      List<Expression> here = new ArrayList<>();
      for (int count = 0; count <= Math.min(i, countMax); count++) {
        Expression with =
            count == max
                ? Expression.NOTHING
                : sequence(
                    count == 0 ? pair : JsonText.next(pair),
                    after.get(Math.min(count + 1, countMax)));
        boolean must = required.contains(named.get(i));
        here.add(member(i, count, must ? with : choice(with, after.get(count))));
      }
      after = here;
    }
    return sequence(literal("{"), JsonText.SPACE, after.getFirst());
  }

  private Expression member(int index, int count, Expression expression) {
    return compiler.define(rule + "_members_" + index + "_" + count, expression);
  }

  private Expression pair(Expression name, List<SchemaPlace> schemas) {
    return sequence(
        name, JsonText.BEFORE, literal(":"), JsonText.COLON, compiler.conjunction(schemas));
  }

  /** A member whose name is not listed; nothing if there must be none. */
  private Expression others() {
    List<Expression> pairs = new ArrayList<>();
    for (PropertyNames.Group group : names.groups()) {
      Expression name =
          group
              .automaton()
              .map(
                  automaton ->
                      StringRules.quoted(
                          StringRules.states(
                              compiler, rule + "_name_" + pairs.size() + "_", automaton)))
              .orElse(JsonText.STRING);
      pairs.add(pair(name, group.schemas()));
    }
    if (!pairs.isEmpty() && min - required.size() > 1) {
      throw facts.stream()
          .filter(place -> place.has("minProperties"))
          .findFirst()
          .orElseThrow()
          .at("minProperties")
          .problem(
              "is not supported where more than one property would have a free name, for it might be"
                  + " the same one; list the names or set additionalProperties to false");
    }
    return pairs.isEmpty() ? Expression.NOTHING : compiler.define(rule + "_others", choice(pairs));
  }

  /** After the last listed property: others, and the closing bracket. */
  private Expression end(Expression others, int count) {
    int atLeast = Math.max(0, min - count);
    int atMost = max == UNBOUNDED ? UNBOUNDED : max - count;
    Expression close = literal("}");
    Expression spaceAndClose = sequence(JsonText.SPACE, close);
    if (atMost == 0 || others.equals(Expression.NOTHING)) {
      return atLeast > 0 ? Expression.NOTHING : count == 0 ? close : spaceAndClose;
    }
    if (count > 0) {
      return sequence(repeat(JsonText.next(others), atLeast, atMost), spaceAndClose);
    }
    Expression some =
        sequence(
            others,
            repeat(
                JsonText.next(others),
                Math.max(0, atLeast - 1),
                atMost == UNBOUNDED ? UNBOUNDED : atMost - 1),
            JsonText.SPACE);
    return sequence(atLeast > 0 ? some : optional(some), close);
  }
}
