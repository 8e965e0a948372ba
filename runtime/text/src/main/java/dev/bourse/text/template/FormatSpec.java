package dev.bourse.text.template;

import dev.bourse.text.template.Value.Str;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How one value is laid out, as {@code str.format} and {@code %} say it.
 *
 * @param alignment one of {@code < > ^ =}, or blank for that of the type
 * @param sign {@code +}, blank or {@code -}
 * @param type the conversion letter, or blank
 */
record FormatSpec(
    String fill,
    char alignment,
    char sign,
    boolean alternate,
    int width,
    char grouping,
    OptionalInt precision,
    char type) {
  private static final int MAX_PRECISION = 1000;
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\\d{1,9})?([,_])?(?:\\.(\\d{1,9}))?(\\w|%)?",
          Pattern.DOTALL);

  static FormatSpec parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new Fault("invalid format specifier '" + text + "'");
    }
    boolean zero = matcher.group(5) != null;
    return new FormatSpec(
        Optional.ofNullable(matcher.group(1)).orElse(zero ? "0" : " "),
        letter(matcher.group(2), zero ? '=' : ' '),
        letter(matcher.group(3), '-'),
        matcher.group(4) != null,
        Optional.ofNullable(matcher.group(6)).map(Integer::parseInt).orElse(0),
        letter(matcher.group(7), ' '),
        Optional.ofNullable(matcher.group(8))
            .map(digits -> OptionalInt.of(precision(digits)))
            .orElse(OptionalInt.empty()),
        letter(matcher.group(9), ' '));
  }

  private static char letter(@org.jspecify.annotations.Nullable String group, char otherwise) {
    return group == null ? otherwise : group.charAt(0);
  }

  static int precision(String digits) {
    int precision = digits.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    if (precision > MAX_PRECISION) {
      throw new Fault("a format asks for more than " + MAX_PRECISION + " digits");
    }
    return precision;
  }

  String format(Value value, Budget budget) {
    if (Values.isNumber(value) && type != 's') {
      return number(value, budget);
    }
    if (value instanceof Str || isPlain()) {
      if (type != ' ' && type != 's') {
        throw new Fault("unknown format code '" + type + "' for '" + value.typeName() + "'");
      }
      String text = Representation.str(value, budget);
      String cut =
          precision.isPresent() && precision.getAsInt() < Text.length(text)
              ? Text.substring(text, 0, precision.getAsInt())
              : text;
      return pad(cut, "", '<', budget);
    }
    throw new Fault("unsupported format string passed to " + value.typeName());
  }

  private boolean isPlain() {
    return width == 0 && precision.isEmpty() && alignment == ' ' && type == ' ';
  }

  private String number(Value value, Budget budget) {
    Optional<BigInteger> integer = Values.integer(value);
    boolean asInteger = integer.isPresent() && " dxXobnc".indexOf(type) >= 0;
    if (!asInteger && "dxXobc".indexOf(type) >= 0) {
      throw new Fault("unknown format code '" + type + "' for 'float'");
    }
    if (!asInteger && "eEfFgGn% ".indexOf(type) < 0) {
      throw new Fault("unknown format code '" + type + "' for '" + value.typeName() + "'");
    }
    String digits = asInteger ? integer(integer.orElseThrow()) : real(Values.toDouble(value));
    boolean negative = digits.startsWith("-");
    String prefix = negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
    return pad(group(negative ? digits.substring(1) : digits), prefix, '>', budget);
  }

  private String integer(BigInteger number) {
    BigInteger size = number.abs();
    String digits =
        switch (type) {
          case 'x' -> (alternate ? "0x" : "") + size.toString(16);
          case 'X' -> (alternate ? "0X" : "") + Text.upper(size.toString(16));
          case 'o' -> (alternate ? "0o" : "") + size.toString(8);
          case 'b' -> (alternate ? "0b" : "") + size.toString(2);
          case 'c' -> character(number);
          default -> size.toString();
        };
    return number.signum() < 0 ? "-" + digits : digits;
  }

  private static String character(BigInteger number) {
    if (number.bitLength() > 21 || !Character.isValidCodePoint(number.intValue())) {
      throw new Fault("a format of type 'c' needs the number of a character");
    }
    return Character.toString(number.intValue());
  }

  private String real(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Representation.real(number) + (type == '%' ? "%" : "");
    }
    boolean negative = number < 0 || (number == 0 && 1 / number < 0);
    BigDecimal size = new BigDecimal(number).abs();
    int digits = precision.orElse(6);
    String text =
        switch (type) {
          case 'f', 'F' -> size.setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
          case '%' ->
              size.movePointRight(2).setScale(digits, RoundingMode.HALF_EVEN).toPlainString() + "%";
          case 'e', 'E' -> scientific(size, digits);
          case ' ' ->
              precision.isPresent()
                  ? general(size, digits, true)
                  : Representation.real(size.doubleValue());
          default -> general(size, digits, false);
        };
    return (negative ? "-" : "") + (Character.isUpperCase(type) ? Text.upper(text) : text);
  }

  private static String scientific(BigDecimal size, int digits) {
    BigDecimal rounded =
        size.signum() == 0 ? size : size.round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
    int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    String mantissa =
        rounded.movePointLeft(exponent).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    String power = String.valueOf(Math.abs(exponent));
    return mantissa + (exponent < 0 ? "e-" : "e+") + (power.length() < 2 ? "0" : "") + power;
  }

  private String general(BigDecimal size, int given, boolean keepsPoint) {
    int digits = Math.max(given, 1);
    if (size.signum() == 0) {
      return keepsPoint ? "0.0" : "0";
    }
    BigDecimal rounded = size.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent < -4 || exponent >= digits - (keepsPoint ? 1 : 0)) {
      String text = scientific(size, digits - 1);
      int e = text.indexOf('e');
      return withoutZeros(text.substring(0, e)) + text.substring(e);
    }
    String text =
        withoutZeros(
            rounded
                .setScale(Math.max(0, digits - 1 - exponent), RoundingMode.HALF_EVEN)
                .toPlainString());
    return keepsPoint && text.indexOf('.') < 0 ? text + ".0" : text;
  }

  private String withoutZeros(String text) {
    if (alternate || text.indexOf('.') < 0) {
      return text;
    }
    String shorter = Text.strip(text, "0", false, true);
    return shorter.endsWith(".") ? shorter.substring(0, shorter.length() - 1) : shorter;
  }

  private String group(String digits) {
    if (grouping == ' ') {
      return digits;
    }
    int end = 0;
    while (end < digits.length() && Character.isDigit(digits.charAt(end))) {
      end++;
    }
    StringBuilder grouped = new StringBuilder(digits);
    for (int at = end - 3; at > 0; at -= 3) {
      grouped.insert(at, grouping);
    }
    return grouped.toString();
  }

  private String pad(String text, String prefix, char usual, Budget budget) {
    char chosen = alignment == ' ' ? usual : alignment;
    if (chosen == '=') {
      int rest = width - Text.length(prefix);
      return prefix + StringMethods.pad(text, rest, fill, '>', budget);
    }
    String whole = prefix + text;
    if (chosen != '^') {
      return StringMethods.pad(whole, width, fill, chosen, budget);
    }
    long left = Math.max(0, width - Text.length(whole)) / 2;
    budget.text(Math.max(width, whole.length()));
    return StringMethods.pad(fill.repeat((int) left) + whole, width, fill, '<', budget);
  }
}
