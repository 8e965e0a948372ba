package dev.bourse.grammar;

import java.math.BigDecimal;

/**
 * How the decimal that is being read compares with another one: neither negative, no superfluous
 * leading zeros.
 *
 * @param whole the other one's digits before the point
 * @param fraction its digits after the point, without zeros at the end
 * @param read how many digits have been read of the part that is being read; not more than are
 *     compared
 * @param afterPoint whether the point has been read
 * @param sign of the difference so far
 */
record Comparison(String whole, String fraction, int read, boolean afterPoint, int sign) {

  static Comparison with(BigDecimal other) {
    BigDecimal stripped = other.signum() == 0 ? BigDecimal.ZERO : other.stripTrailingZeros();
    String plain = stripped.toPlainString();
    int point = plain.indexOf('.');
    return new Comparison(
        point < 0 ? plain : plain.substring(0, point),
        point < 0 ? "" : plain.substring(point + 1),
        0,
        false,
        0);
  }

  Comparison digit(int digit) {
    String other = afterPoint ? fraction : whole;
    if (read == other.length()) {
      if (!afterPoint) {
        return new Comparison(whole, fraction, read + 1, false, 1); // longer, so larger
      }
      return sign == 0 && digit > 0 ? new Comparison(whole, fraction, read, true, 1) : this;
    }
    if (read > other.length() || (afterPoint && sign != 0)) {
      return this;
    }
    int compared = sign == 0 ? Integer.compare(digit, other.charAt(read) - '0') : sign;
    return new Comparison(whole, fraction, read + 1, afterPoint, compared);
  }

  Comparison point() {
    return new Comparison(whole, fraction, 0, true, wholeSign());
  }

  /** The sign of the difference if the decimal ends here. */
  int result() {
    if (!afterPoint) {
      int sign = wholeSign();
      return sign == 0 && !fraction.isEmpty() ? -1 : sign;
    }
    return sign == 0 && read < fraction.length() ? -1 : sign;
  }

  private int wholeSign() {
    return read < whole.length() ? -1 : sign;
  }
}
