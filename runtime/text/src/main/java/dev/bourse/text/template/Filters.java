package dev.bourse.text.template;

import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.Real;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.Set;

/**
 * What stands after a bar: the filters on single values; {@link SequenceFilters} has the others.
 */
final class Filters {
  private static final Set<String> NAMES =
      Set.of(
          "upper",
          "lower",
          "capitalize",
          "title",
          "string",
          "safe",
          "e",
          "escape",
          "forceescape",
          "trim",
          "replace",
          "indent",
          "truncate",
          "center",
          "wordcount",
          "striptags",
          "urlencode",
          "format",
          "default",
          "d",
          "int",
          "float",
          "abs",
          "round",
          "attr",
          "tojson");

  private Filters() {}

  static boolean exists(String name) {
    return NAMES.contains(name) || SequenceFilters.exists(name);
  }

  /**
   * Applies a filter.
   *
   * @throws Fault if there is none of that name, or value or arguments do not suit it
   */
  // A switch, not a table of lambdas: linking them all would cost a cold start more than a render.
  static Value apply(String name, Value value, Arguments arguments, Rendering rendering) {
    return switch (name) {
      case "upper" -> rendering.text(Text.upper(rendering.print(value)));
      case "lower" -> rendering.text(Text.lower(rendering.print(value)));
      case "capitalize" -> rendering.text(Text.capitalize(rendering.print(value)));
      case "title" -> rendering.text(TextFilters.title(rendering.print(value)));
      case "string" -> value instanceof Str ? value : rendering.text(rendering.print(value));
      case "safe" -> new Str(rendering.print(value), true);
      case "e", "escape" -> escape(value, rendering);
      case "forceescape" -> new Str(Html.escape(rendering.print(value)), true);
      case "trim" -> trim(value, arguments, rendering);
      case "replace" -> replace(value, arguments, rendering);
      case "indent" -> TextFilters.indent(value, arguments, rendering);
      case "truncate" -> TextFilters.truncate(value, arguments, rendering);
      case "center" -> TextFilters.center(value, arguments, rendering);
      case "wordcount" -> TextFilters.wordCount(value, arguments, rendering);
      case "striptags" -> TextFilters.stripTags(value, rendering);
      case "urlencode" -> TextFilters.urlEncode(value, arguments, rendering);
      case "format" -> format(value, arguments, rendering);
      case "default", "d" -> defaultValue(value, arguments);
      case "int" -> toInt(value, arguments, rendering);
      case "float" -> toReal(value, arguments);
      case "abs" -> absolute(value);
      case "round" -> round(value, arguments);
      case "attr" -> attribute(value, arguments, rendering);
      case "tojson" -> toJson(value, arguments, rendering);
      default -> SequenceFilters.apply(name, value, arguments, rendering);
    };
  }

  private static Value escape(Value value, Rendering rendering) {
    return value instanceof Str string && string.markup()
        ? value
        : new Str(rendering.text(Html.escape(rendering.print(value))).text(), true);
  }

  private static Value trim(Value value, Arguments arguments, Rendering rendering) {
    String text = rendering.print(value);
    return rendering.text(
        arguments
            .bind("trim", "chars")
            .present("chars")
            .map(chars -> Text.strip(text, Values.toText(chars, "trim"), true, true))
            .orElseGet(() -> Text.strip(text, true, true)));
  }

  private static Value replace(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("replace", "old", "new", "count");
    return StringMethods.replace(
        rendering.print(value),
        rendering.print(bound.required("old")),
        rendering.print(bound.required("new")),
        bound.present("count").map(count -> Values.toLong(count, "replace")).orElse(-1L),
        rendering);
  }

  private static Value format(Value value, Arguments arguments, Rendering rendering) {
    if (!arguments.named().isEmpty() && !arguments.positional().isEmpty()) {
      throw new Fault("format takes positional or named arguments, not both");
    }
    Value.Dict.Builder named = new Value.Dict.Builder();
    arguments.named().forEach(named::put);
    Value values =
        arguments.named().isEmpty() ? Value.Tuple.of(arguments.positional()) : named.build();
    return Str.of(PercentFormat.format(rendering.print(value), values, rendering.budget()));
  }

  private static Value defaultValue(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("default", "default_value", "boolean");
    boolean replaced =
        value instanceof Undefined || (bound.truth("boolean") && !Values.truth(value));
    return replaced ? bound.or("default_value", Str.EMPTY) : value;
  }

  private static Value toInt(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("int", "default", "base");
    Value otherwise = bound.or("default", Int.of(0));
    return switch (value) {
      case Undefined undefined -> throw undefined.fault();
      case Real real ->
          truncate(real.value())
              .orElseThrow(() -> new Fault("cannot convert float infinity or NaN to integer"));
      case Str string -> {
        rendering.budget().scan(string.text().length());
        Optional<Value> integer = Numbers.parseInteger(string.text(), bound.integer("base", 10));
        yield integer
            .or(() -> Numbers.parseReal(string.text()).flatMap(Filters::truncate))
            .orElse(otherwise);
      }
      default -> Values.integer(value).<Value>map(Int::new).orElse(otherwise);
    };
  }

  private static Optional<Value> truncate(double number) {
    return Double.isNaN(number) || Double.isInfinite(number)
        ? Optional.empty()
        : Optional.of(new Int(new BigDecimal(number).toBigInteger()));
  }

  private static Value toReal(Value value, Arguments arguments) {
    Value otherwise = arguments.bind("float", "default").or("default", new Real(0));
    return switch (value) {
      case Undefined undefined -> throw undefined.fault();
      case Str string -> Numbers.parseReal(string.text()).<Value>map(Real::new).orElse(otherwise);
      default -> Values.isNumber(value) ? new Real(Values.toDouble(value)) : otherwise;
    };
  }

  private static Value absolute(Value value) {
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (value instanceof Real real) {
      return new Real(Math.abs(real.value()));
    }
    return new Int(
        Values.integer(value)
            .map(BigInteger::abs)
            .orElseThrow(
                () -> new Fault("bad operand type for abs(): '" + value.typeName() + "'")));
  }

  private static Value round(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("round", "precision", "method");
    int precision = Math.clamp(bound.integer("precision", 0), -400, 400);
    String method = bound.string("method", "common");
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (!Values.isNumber(value)) {
      throw new Fault("round needs a number, not '" + value.typeName() + "'");
    }
    if (method.equals("common")) {
      if (value instanceof Real real) {
        return Double.isNaN(real.value()) || Double.isInfinite(real.value())
            ? real
            : new Real(rounded(new BigDecimal(real.value()), precision).doubleValue());
      }
      BigDecimal number = new BigDecimal(Values.integer(value).orElseThrow());
      return new Int(
          precision >= 0 ? number.toBigInteger() : rounded(number, precision).toBigInteger());
    }
    double power = Math.pow(10, precision);
    double scaled = Values.toDouble(value) * power;
    return switch (method) {
      case "ceil" -> new Real(Math.ceil(scaled) / power);
      case "floor" -> new Real(Math.floor(scaled) / power);
      default -> throw new Fault("round knows the methods common, ceil and floor, not " + method);
    };
  }

  private static BigDecimal rounded(BigDecimal number, int precision) {
    return number.setScale(precision, RoundingMode.HALF_EVEN);
  }

  private static Value attribute(Value value, Arguments arguments, Rendering rendering) {
    String name = arguments.bind("attr", "name").string("name");
    return Attributes.own(value, name, rendering)
        .orElseGet(
            () -> new Undefined("'" + value.typeName() + "' has no attribute '" + name + "'"));
  }

  private static Value toJson(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound =
        arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
    Optional<String> indent = bound.present("indent").map(width -> indentation(width, rendering));
    String itemSeparator = indent.isPresent() ? "," : Json.Options.PLAIN.itemSeparator();
    String keySeparator = Json.Options.PLAIN.keySeparator();
    Optional<Value> separators = bound.present("separators");
    if (separators.isPresent()) {
      var pair = Values.list(separators.get(), rendering.budget());
      if (pair.size() != 2) {
        throw new Fault("tojson needs two separators");
      }
      itemSeparator = Values.toText(pair.getFirst(), "tojson");
      keySeparator = Values.toText(pair.getLast(), "tojson");
    }
    Json.Options options =
        new Json.Options(
            bound.truth("ensure_ascii"),
            indent,
            itemSeparator,
            keySeparator,
            bound.truth("sort_keys"));
    return Str.of(Json.write(value, options, rendering.budget()));
  }

  private static String indentation(Value width, Rendering rendering) {
    if (width instanceof Str string) {
      return string.text();
    }
    long blanks = Math.max(0, Values.toLong(width, "tojson"));
    rendering.budget().text(blanks);
    return " ".repeat((int) blanks);
  }
}
