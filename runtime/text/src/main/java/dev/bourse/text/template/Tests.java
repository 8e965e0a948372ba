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
import java.util.Map;
import java.util.function.Predicate;

/** What stands after {@code is}. */
final class Tests {
  private interface Check {
    boolean holds(Value subject, Arguments arguments, Rendering rendering);
  }

  private static final Map<String, Check> TESTS =
      Map.ofEntries(
          Map.entry("defined", simple(value -> !(value instanceof Undefined))),
          Map.entry("undefined", simple(value -> value instanceof Undefined)),
          Map.entry("none", simple(value -> value == None.NONE)),
          Map.entry("true", simple(value -> value == Bool.TRUE)),
          Map.entry("false", simple(value -> value == Bool.FALSE)),
          Map.entry("boolean", simple(value -> value instanceof Bool)),
          Map.entry("integer", simple(value -> value instanceof Int)),
          Map.entry("float", simple(value -> value instanceof Real)),
          Map.entry("number", simple(Values::isNumber)),
          Map.entry("string", simple(value -> value instanceof Str)),
          Map.entry("mapping", simple(value -> value instanceof Dict)),
          Map.entry("iterable", simple(Values::isIterable)),
          Map.entry("sequence", simple(Tests::isSequence)),
          Map.entry("callable", simple(Tests::isCallable)),
          Map.entry("escaped", simple(value -> value instanceof Str string && string.markup())),
          Map.entry("odd", (value, args, r) -> remainder(value, Int.of(2), args.bind("odd"), r, 1)),
          Map.entry(
              "even", (value, args, r) -> remainder(value, Int.of(2), args.bind("even"), r, 0)),
          Map.entry("divisibleby", Tests::divisible),
          Map.entry("lower", (value, args, r) -> Text.isCase(r.print(value), false)),
          Map.entry("upper", (value, args, r) -> Text.isCase(r.print(value), true)),
          Map.entry("in", (value, args, r) -> Comparison.contains(other(args), value, r.budget())),
          Map.entry("sameas", (value, args, r) -> same(value, other(args))),
          Map.entry("filter", (value, args, r) -> Filters.exists(Values.toText(value, "filter"))),
          Map.entry("test", (value, args, r) -> exists(Values.toText(value, "test"))),
          Map.entry("eq", comparison("==")),
          Map.entry("equalto", comparison("==")),
          Map.entry("==", comparison("==")),
          Map.entry("ne", comparison("!=")),
          Map.entry("!=", comparison("!=")),
          Map.entry("lt", comparison("<")),
          Map.entry("lessthan", comparison("<")),
          Map.entry("<", comparison("<")),
          Map.entry("le", comparison("<=")),
          Map.entry("<=", comparison("<=")),
          Map.entry("gt", comparison(">")),
          Map.entry("greaterthan", comparison(">")),
          Map.entry(">", comparison(">")),
          Map.entry("ge", comparison(">=")),
          Map.entry(">=", comparison(">=")));

  private Tests() {}

  static boolean exists(String name) {
    return TESTS.containsKey(name);
  }

  static boolean apply(String name, Value subject, Arguments arguments, Rendering rendering) {
    Check check = TESTS.get(name);
    if (check == null) {
      throw new Fault("no test named '" + name + "'");
    }
    return check.holds(subject, arguments, rendering);
  }

  private static Check simple(Predicate<Value> predicate) {
    return (value, arguments, _) -> {
      arguments.bind("this test");
      return predicate.test(value);
    };
  }

  private static Check comparison(String operator) {
    return (left, arguments, rendering) -> {
      Value right = other(arguments);
      return switch (operator) {
        case "==" -> Comparison.equal(left, right, rendering.budget());
        case "!=" -> !Comparison.equal(left, right, rendering.budget());
        default -> Comparison.ordered(operator, left, right, rendering.budget());
      };
    };
  }

  private static Value other(Arguments arguments) {
    return arguments.bind("this test", "other").required("other");
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

  private static boolean divisible(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("divisibleby", "num");
    return remainder(value, bound.required("num"), bound, rendering, 0);
  }

  private static boolean remainder(
      Value value, Value divisor, Arguments.Bound bound, Rendering rendering, int wanted) {
    if (value instanceof Str) {
      throw new Fault(bound.callee() + " needs a number, not 'str'");
    }
    Value remainder = Arithmetic.apply("%", value, divisor, rendering.budget());
    return Comparison.equal(remainder, Int.of(wanted), rendering.budget());
  }
}
