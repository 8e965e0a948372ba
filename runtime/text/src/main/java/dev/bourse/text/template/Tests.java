package dev.bourse.text.template;

import dev.bourse.text.template.Value.Bool;
import dev.bourse.text.template.Value.Dict;
import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.ListValue;
import dev.bourse.text.template.Value.None;
import dev.bourse.text.template.Value.Range;
import dev.bourse.text.template.Value.Real;
import dev.bourse.text.template.Value.Special;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Tuple;
import dev.bourse.text.template.Value.Undefined;
import java.util.Set;

/** What stands after {@code is}. */
final class Tests {
  private Tests() {}

  private static final Set<String> NAMES =
      Set.of(
          "defined",
          "undefined",
          "none",
          "true",
          "false",
          "boolean",
          "integer",
          "float",
          "number",
          "string",
          "mapping",
          "iterable",
          "sequence",
          "callable",
          "escaped",
          "odd",
          "even",
          "divisibleby",
          "lower",
          "upper",
          "in",
          "sameas",
          "filter",
          "test",
          "eq",
          "equalto",
          "==",
          "ne",
          "!=",
          "lt",
          "lessthan",
          "<",
          "le",
          "<=",
          "gt",
          "greaterthan",
          ">",
          "ge",
          ">=");

  static boolean exists(String name) {
    return NAMES.contains(name);
  }

  /**
   * Applies a test.
   *
   * @throws Fault if there is none of that name, or the arguments do not suit it
   */
  static boolean apply(String name, Value subject, Arguments arguments, Rendering rendering) {
    if (arguments.positional().isEmpty() && arguments.named().isEmpty()) {
      return applyAlone(name, subject, rendering);
    }
    Value other = arguments.bind("'" + name + "'", "other").required("other");
    return applyWith(name, subject, other, rendering);
  }

  // A switch, not a table of lambdas: linking them all would cost a cold start more than a render.
  private static boolean applyAlone(String name, Value value, Rendering rendering) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == None.NONE;
      case "true" -> value == Bool.TRUE;
      case "false" -> value == Bool.FALSE;
      case "boolean" -> value instanceof Bool;
      case "integer" -> value instanceof Int;
      case "float" -> value instanceof Real;
      case "number" -> Values.isNumber(value);
      case "string" -> value instanceof Str;
      case "mapping" -> value instanceof Dict;
      case "iterable" -> Values.isIterable(value);
      case "sequence" -> isSequence(value);
      case "callable" -> isCallable(value);
      case "escaped" -> value instanceof Str string && string.markup();
      case "odd" -> remainder(name, value, Int.of(2), rendering, 1);
      case "even" -> remainder(name, value, Int.of(2), rendering, 0);
      case "lower" -> Text.isCase(rendering.print(value), false);
      case "upper" -> Text.isCase(rendering.print(value), true);
      case "filter" -> Filters.exists(Values.toText(value, "filter"));
      case "test" -> exists(Values.toText(value, "test"));
      default -> throw unsuitable(name, "needs an argument");
    };
  }

  private static boolean applyWith(String name, Value value, Value other, Rendering rendering) {
    Budget budget = rendering.budget();
    return switch (name) {
      case "in" -> Comparison.contains(other, value, budget);
      case "sameas" -> same(value, other);
      case "divisibleby" -> remainder(name, value, other, rendering, 0);
      case "eq", "equalto", "==" -> Comparison.equal(value, other, budget);
      case "ne", "!=" -> !Comparison.equal(value, other, budget);
      case "lt", "lessthan", "<" -> Comparison.ordered("<", value, other, budget);
      case "le", "<=" -> Comparison.ordered("<=", value, other, budget);
      case "gt", "greaterthan", ">" -> Comparison.ordered(">", value, other, budget);
      case "ge", ">=" -> Comparison.ordered(">=", value, other, budget);
      default -> throw unsuitable(name, "takes no argument");
    };
  }

  private static Fault unsuitable(String name, String problem) {
    return new Fault(
        exists(name) ? "the test '" + name + "' " + problem : "no test named '" + name + "'");
  }

  private static boolean isSequence(Value value) {
    return switch (value) {
      case Str _, ListValue _, Tuple _, Dict _, Range _, Undefined _ -> true;
      default -> false;
    };
  }

  private static boolean isCallable(Value value) {
    return value instanceof Undefined || (value instanceof Special special && special.callable());
  }

  @SuppressWarnings("ReferenceEquality") // identity is what the test is about
  private static boolean same(Value left, Value right) {
    // Small integers and strings written alike are one object in Python too.
    return left == right || (left.equals(right) && (left instanceof Int || left instanceof Str));
  }

  private static boolean remainder(
      String name, Value value, Value divisor, Rendering rendering, int wanted) {
    if (value instanceof Str) {
      throw new Fault("'" + name + "' needs a number, not 'str'");
    }
    Value remainder = Arithmetic.apply("%", value, divisor, rendering.budget());
    return Comparison.equal(remainder, Int.of(wanted), rendering.budget());
  }
}
