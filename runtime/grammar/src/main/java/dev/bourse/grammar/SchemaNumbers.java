package dev.bourse.grammar;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/** The numbers that keywords have as values, over all places of a conjunction. */
final class SchemaNumbers {

  /** Digits before or after the point. */
  private static final int SCALE_MAX = 400;

  private SchemaNumbers() {}

  /** The smallest or largest value of a keyword, or nothing if no place has it. */
  static Optional<BigDecimal> of(
      List<SchemaPlace> facts, String keyword, BinaryOperator<BigDecimal> stricter) {
    return facts.stream()
        .filter(place -> place.has(keyword))
        .map(place -> decimal(place.at(keyword)))
        .reduce(stricter);
  }

  static BigDecimal decimal(SchemaPlace keyword) {
    if (!keyword.node().isNumber()) {
      throw keyword.problem("is not a number");
    }
    BigDecimal value = keyword.node().decimalValue();
    if (Math.abs((long) value.scale()) > SCALE_MAX || value.precision() > SCALE_MAX) {
      throw keyword.problem("has more than " + SCALE_MAX + " digits");
    }
    return value.signum() == 0 ? BigDecimal.ZERO : value;
  }

  /** The largest of the lower bounds that a keyword sets, 0 if no place has it. */
  static int atLeast(List<SchemaPlace> facts, String keyword) {
    return facts.stream()
        .filter(place -> place.has(keyword))
        .mapToInt(place -> count(place.at(keyword)))
        .max()
        .orElse(0);
  }

  /** The smallest of the upper bounds that a keyword sets, unbounded if no place has it. */
  static int atMost(List<SchemaPlace> facts, String keyword) {
    return facts.stream()
        .filter(place -> place.has(keyword))
        .mapToInt(place -> count(place.at(keyword)))
        .min()
        .orElse(Expression.UNBOUNDED);
  }

  private static int count(SchemaPlace keyword) {
    BigDecimal value = decimal(keyword);
    if (value.signum() < 0 || value.stripTrailingZeros().scale() > 0) {
      throw keyword.problem("is not a whole number from 0 on");
    }
    if (value.compareTo(BigDecimal.valueOf(Limits.REPETITIONS_MAX)) > 0) {
      throw keyword.problem(
          "is %s, at most %,d is supported".formatted(value, Limits.REPETITIONS_MAX));
    }
    return value.intValue();
  }
}
