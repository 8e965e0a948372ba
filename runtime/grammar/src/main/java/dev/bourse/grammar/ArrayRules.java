package dev.bourse.grammar;

import static dev.bourse.grammar.Expression.UNBOUNDED;
import static dev.bourse.grammar.Expression.choice;
import static dev.bourse.grammar.Expression.literal;
import static dev.bourse.grammar.Expression.repeat;
import static dev.bourse.grammar.Expression.sequence;

import java.util.ArrayList;
import java.util.List;

/** Arrays: first elements with schemas of their own, then any number of equal ones. */
final class ArrayRules {

  private final SchemaCompiler compiler;
  private final String rule;
  private final List<SchemaPlace> facts;
  private final int min;
  private final int max;

  ArrayRules(SchemaCompiler compiler, String rule, List<SchemaPlace> facts) {
    this.compiler = compiler;
    this.rule = rule;
    this.facts = facts;
    min = SchemaNumbers.atLeast(facts, "minItems");
    max = SchemaNumbers.atMost(facts, "maxItems");
  }

  Expression expression() {
    if (max < min) {
      return Expression.NOTHING;
    }
    int prefix = 0;
    for (SchemaPlace place : facts) {
      if (place.has("prefixItems")) {
        prefix = Math.max(prefix, place.at("prefixItems").elements().size());
      }
    }
    prefix = Math.min(prefix, max);
    Expression rest = rest(prefix);
    for (int index = prefix - 1; index >= 0; index--) {
      Expression element = element(index);
      Expression further = sequence(index == 0 ? element : JsonText.next(element), rest);
      rest =
          compiler.define(
              rule + "_elements_" + index, index < min ? further : choice(further, end(index)));
    }
    return sequence(literal("["), JsonText.SPACE, rest);
  }

  /** The elements after some others, up to the closing bracket. */
  private Expression rest(int from) {
    int atLeast = Math.max(0, min - from);
    int atMost = max == UNBOUNDED ? UNBOUNDED : max - from;
    if (atMost == 0) {
      return end(from);
    }
    Expression element = element(from);
    if (from > 0) {
      return sequence(repeat(JsonText.next(element), atLeast, atMost), end(from));
    }
    Expression some =
        sequence(
            element,
            repeat(
                JsonText.next(element),
                Math.max(0, atLeast - 1),
                atMost == UNBOUNDED ? UNBOUNDED : atMost - 1),
            end(1));
    return atLeast == 0 ? choice(end(0), some) : some;
  }

  /** After the bracket there has been white space; after an element there may be some. */
  private static Expression end(int elements) {
    return elements == 0 ? literal("]") : sequence(JsonText.SPACE, literal("]"));
  }

  private Expression element(int index) {
    List<SchemaPlace> places = new ArrayList<>();
    for (SchemaPlace place : facts) {
      if (place.has("prefixItems") && index < place.at("prefixItems").node().size()) {
        places.add(place.at("prefixItems").at(index));
      } else if (place.has("items")) {
        places.add(place.at("items"));
      }
    }
    return compiler.conjunction(places);
  }
}
