package dev.bourse.text.template;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** Numbers in text, as Python's {@code int} and {@code float} read them. */
final class Numbers {
  private static final int MAX_DIGITS = 1000;
  private static final Pattern REAL =
      Pattern.compile("[+-]?(\\d+(_\\d+)*+\\.?(\\d+(_\\d+)*+)?|\\.\\d+(_\\d+)*+)([eE][+-]?\\d++)?");

  private Numbers() {}

  /**
   * @param base 2 to 36, or 0 to go by the prefix
   */
  static Optional<Value> parseInteger(String text, long base) {
    String digits = Text.strip(text, true, true);
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    int radix = Math.clamp(base, 0, 37);
    int prefixed =
        digits.length() < 2 || digits.charAt(0) != '0'
            ? 0
            : switch (digits.charAt(1) | 0x20) {
              case 'x' -> 16;
              case 'o' -> 8;
              case 'b' -> 2;
              default -> 0;
            };
    if (prefixed != 0 && (radix == 0 || radix == prefixed)) {
      digits = digits.substring(2);
      radix = prefixed;
    } else if (radix == 0) {
      radix = 10;
    }
    boolean wellFormed =
        radix >= 2
            && radix <= 36
            && digits.length() <= MAX_DIGITS
            && !digits.isEmpty()
            && !digits.startsWith("_")
            && !digits.endsWith("_")
            && !digits.contains("__");
    String plain = digits.replace("_", "");
    int chosen = radix;
    if (!wellFormed || !plain.chars().allMatch(c -> Character.digit(c, chosen) >= 0)) {
      return Optional.empty();
    }
    BigInteger value = new BigInteger(plain, radix);
    return Optional.of(new Value.Int(negative ? value.negate() : value));
  }

  static Optional<Double> parseReal(String text) {
    String number = Text.strip(text, true, true);
    if (number.length() > MAX_DIGITS) {
      return Optional.empty();
    }
    String word =
        Text.lower(number.startsWith("-") || number.startsWith("+") ? number.substring(1) : number);
    double sign = number.startsWith("-") ? -1 : 1;
    return switch (word) {
      case "inf", "infinity" -> Optional.of(sign * Double.POSITIVE_INFINITY);
      case "nan" -> Optional.of(Double.NaN);
      default ->
          REAL.matcher(number).matches()
              ? Optional.of(Double.parseDouble(number.replace("_", "")))
              : Optional.empty();
    };
  }
}
