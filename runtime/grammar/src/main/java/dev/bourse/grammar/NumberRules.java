package dev.bourse.grammar;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** Numbers: bounds and multiples. Without any of these, whatever JSON permits. */
final class NumberRules {

  private final SchemaCompiler compiler;
  private final String rule;
  private final NumberBounds bounds;

  NumberRules(SchemaCompiler compiler, String rule, List<SchemaPlace> facts, boolean integer) {
    this.compiler = compiler;
    this.rule = rule;
    bounds = bounds(facts, integer);
  }

  static NumberBounds bounds(List<SchemaPlace> facts, boolean integer) {
    Optional<BigDecimal> multiple = Optional.empty();
    for (SchemaPlace place : facts) {
      if (place.has("multipleOf")) {
        BigDecimal of = SchemaNumbers.decimal(place.at("multipleOf"));
        if (of.signum() <= 0) {
          throw place.at("multipleOf").problem("is not greater than 0");
        }
        multiple = Optional.of(multiple.map(m -> leastCommonMultiple(m, of)).orElse(of));
      }
    }
    return new NumberBounds(
        SchemaNumbers.of(facts, "minimum", BigDecimal::max),
        SchemaNumbers.of(facts, "exclusiveMinimum", BigDecimal::max),
        SchemaNumbers.of(facts, "maximum", BigDecimal::min),
        SchemaNumbers.of(facts, "exclusiveMaximum", BigDecimal::min),
        multiple,
        integer);
  }

  private static BigDecimal leastCommonMultiple(BigDecimal a, BigDecimal b) {
    int scale = Math.max(0, Math.max(a.scale(), b.scale()));
    var first = a.setScale(scale).unscaledValue();
    var second = b.setScale(scale).unscaledValue();
    return new BigDecimal(first.multiply(second).divide(first.gcd(second)), scale);
  }

  Expression expression() {
    if (bounds.isUnbounded()) {
      return bounds.integer() ? JsonText.INTEGER : JsonText.NUMBER;
    }
    CharacterDfa automaton = new NumberAutomaton(bounds).build();
    return StringRules.states(compiler, rule + "_number_", automaton);
  }
}
