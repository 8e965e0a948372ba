package dev.bourse.server.market;

/** Amounts and times as a person reads them, in few characters. */
public final class Figures {
  private Figures() {}

  /** Credits: never less than one significant digit, and to the micro-credit at most. */
  public static String credits(double credits) {
    double size = Math.abs(credits);
    if (size == 0) {
      return "0";
    }
    if (size >= 1000) {
      return "%,.0f".formatted(credits);
    }
    return (size >= 1 ? "%.2f" : size >= 0.01 ? "%.4f" : "%.6f").formatted(credits);
  }

  /** A time, such as {@code 8.3 ms}. */
  public static String micros(double micros) {
    if (micros < 1e3) {
      return "%.0f µs".formatted(micros);
    }
    return micros < 1e6 ? "%.1f ms".formatted(micros / 1e3) : "%,.1f s".formatted(micros / 1e6);
  }

  /** A part of a whole. */
  static String percent(long part, long whole) {
    return whole == 0 ? "0%" : "%.0f%%".formatted(100.0 * part / whole);
  }

  /**
   * A name that a program chose: without what moves a terminal's cursor or takes two of its columns
   * ({@code ?} for each), and cut.
   */
  public static String name(String name, int most) {
    StringBuilder text = new StringBuilder();
    name.codePoints().limit(most + 1L).forEach(c -> text.append(isPlain(c) ? (char) c : '?'));
    return text.length() <= most ? text.toString() : text.substring(0, most - 1) + "…";
  }

  /** Latin letters and signs. */
  private static boolean isPlain(int codePoint) {
    boolean ascii = codePoint >= ' ' && codePoint < 0x7f;
    return ascii || (codePoint >= 0xa1 && codePoint < 0x300 && codePoint != 0xad);
  }
}
