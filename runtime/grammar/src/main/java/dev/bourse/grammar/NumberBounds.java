package dev.bourse.grammar;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What keywords say about a number.
 *
 * @param multipleOf what it is divisible by
 * @param integer whether it must be whole
 */
record NumberBounds(
    Optional<BigDecimal> minimum,
    Optional<BigDecimal> exclusiveMinimum,
    Optional<BigDecimal> maximum,
    Optional<BigDecimal> exclusiveMaximum,
    Optional<BigDecimal> multipleOf,
    boolean integer) {

  boolean isUnbounded() {
    return minimum.isEmpty()
        && exclusiveMinimum.isEmpty()
        && maximum.isEmpty()
        && exclusiveMaximum.isEmpty()
        && multipleOf.isEmpty();
  }

  boolean allows(BigDecimal value) {
    return minimum.stream().allMatch(bound -> value.compareTo(bound) >= 0)
        && exclusiveMinimum.stream().allMatch(bound -> value.compareTo(bound) > 0)
        && maximum.stream().allMatch(bound -> value.compareTo(bound) <= 0)
        && exclusiveMaximum.stream().allMatch(bound -> value.compareTo(bound) < 0)
        && multipleOf.stream().allMatch(of -> value.remainder(of).signum() == 0);
  }
}
