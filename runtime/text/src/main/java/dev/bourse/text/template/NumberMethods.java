package dev.bourse.text.template;

import dev.bourse.text.template.Value.Bool;
import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.Real;
import java.util.Optional;

/** The few attributes of numbers that a template can sensibly use. */
final class NumberMethods {
  private NumberMethods() {}

  static Optional<Value> find(Value number, String name) {
    Value found =
        switch (name) {
          case "real", "numerator" -> Values.integer(number).<Value>map(Int::new).orElse(null);
          case "imag" -> Values.integer(number).isPresent() ? Int.of(0) : null;
          case "denominator" -> Values.integer(number).isPresent() ? Int.of(1) : null;
          case "bit_length" ->
              Values.integer(number)
                  .map(value -> new Function(name, _ -> Int.of(value.abs().bitLength())))
                  .orElse(null);
          case "is_integer" ->
              number instanceof Real real
                  ? new Function(name, _ -> Bool.of(Math.rint(real.value()) == real.value()))
                  : null;
          default -> null;
        };
    return Optional.ofNullable(found);
  }
}
