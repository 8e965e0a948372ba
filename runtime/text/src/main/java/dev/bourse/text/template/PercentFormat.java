package dev.bourse.text.template;

import dev.bourse.text.template.Value.Dict;
import dev.bourse.text.template.Value.Tuple;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;

/** Python's {@code format % values}. */
final class PercentFormat {
  private final String format;
  private final Budget budget;
  private final Value values;
  private final Iterator<Value> positional;
  private int position;

  private PercentFormat(String format, Value values, Budget budget) {
    this.format = format;
    this.values = values;
    this.budget = budget;
    positional = (values instanceof Tuple tuple ? tuple.items() : List.of(values)).iterator();
  }

  static String format(String format, Value values, Budget budget) {
    return new PercentFormat(format, values, budget).run();
  }

  private String run() {
    StringBuilder out = new StringBuilder();
    while (position < format.length()) {
      int percent = format.indexOf('%', position);
      int end = percent < 0 ? format.length() : percent;
      budget.text(end - position);
      out.append(format, position, end);
      position = end + 1;
      if (percent >= 0) {
        out.append(field());
      }
    }
    if (positional.hasNext() && !(values instanceof Dict)) {
      throw new Fault("not all arguments converted during string formatting");
    }
    return out.toString();
  }

  private String field() {
    Value value = null;
    if (at("(")) {
      int close = format.indexOf(')', position);
      if (close < 0 || !(values instanceof Dict dict)) {
        throw new Fault("format requires a mapping");
      }
      String key = format.substring(position + 1, close);
      value = dict.get(key).orElseThrow(() -> new Fault("a format has no argument '" + key + "'"));
      position = close + 1;
    }
    int flagsEnd = position;
    while (flagsEnd < format.length() && "-+ #0".indexOf(format.charAt(flagsEnd)) >= 0) {
      flagsEnd++;
    }
    String flags = format.substring(position, flagsEnd);
    position = flagsEnd;
    int width = number();
    OptionalInt precision = OptionalInt.empty();
    if (at(".")) {
      position++;
      precision = OptionalInt.of(FormatSpec.precision(String.valueOf(number())));
    }
    if (position >= format.length()) {
      throw new Fault("incomplete format");
    }
    char type = format.charAt(position++);
    if (type == '%') {
      return "%";
    }
    return convert(value == null ? nextValue() : value, type, flags, width, precision);
  }

  private boolean at(String text) {
    return format.startsWith(text, position);
  }

  private Value nextValue() {
    if (!positional.hasNext()) {
      throw new Fault("not enough arguments for format string");
    }
    return positional.next();
  }

  private int number() {
    if (at("*")) {
      position++;
      return Math.clamp(Values.toLong(nextValue(), "a format"), 0, 1_000_000_000);
    }
    int begin = position;
    while (position < format.length()
        && format.charAt(position) >= '0'
        && format.charAt(position) <= '9') {
      position++;
    }
    if (position - begin > 9) {
      throw new Fault("a format asks for too many characters");
    }
    return begin == position ? 0 : Integer.parseInt(format.substring(begin, position));
  }

  private String convert(Value value, char type, String flags, int width, OptionalInt precision) {
    char sign = flags.contains("+") ? '+' : flags.contains(" ") ? ' ' : '-';
    char alignment = flags.contains("-") ? '<' : '>';
    boolean zero = flags.contains("0") && alignment == '>';
    return switch (type) {
      case 's', 'r', 'a' -> {
        String text =
            type == 's' ? Representation.str(value, budget) : Representation.repr(value, budget);
        yield new FormatSpec(" ", alignment, '-', false, width, ' ', precision, 's')
            .format(Value.Str.of(text), budget);
      }
      case 'c' -> {
        Value character =
            value instanceof Value.Str
                ? value
                : Value.Str.of(
                    new FormatSpec(" ", '<', '-', false, 0, ' ', OptionalInt.empty(), 'c')
                        .format(value, budget));
        yield new FormatSpec(" ", alignment, '-', false, width, ' ', OptionalInt.empty(), 's')
            .format(character, budget);
      }
      case 'd', 'i', 'u', 'x', 'X', 'o', 'e', 'E', 'f', 'F', 'g', 'G' -> {
        if (!Values.isNumber(value)) {
          throw new Fault(
              "%" + type + " format: a real number is required, not " + value.typeName());
        }
        boolean decimal = type == 'd' || type == 'i' || type == 'u';
        Value number =
            decimal && value instanceof Value.Real real
                ? new Value.Int(truncated(real.value()))
                : value;
        yield new FormatSpec(
                zero ? "0" : " ",
                zero ? '=' : alignment,
                sign,
                flags.contains("#"),
                width,
                ' ',
                precision,
                decimal ? 'd' : type)
            .format(number, budget);
      }
      default -> throw new Fault("unsupported format character '" + type + "'");
    };
  }

  private static java.math.BigInteger truncated(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw new Fault("cannot convert float infinity or NaN to integer");
    }
    return new java.math.BigDecimal(number).toBigInteger();
  }
}
