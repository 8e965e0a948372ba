package dev.bourse.text.template;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** C's {@code strftime} in the C locale, for a time without a zone. */
final class Strftime {
  private Strftime() {}

  static String format(String format, LocalDateTime time, Budget budget) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < format.length(); at++) {
      char c = format.charAt(at);
      if (c != '%' || at + 1 == format.length()) {
        out.append(c);
        continue;
      }
      char directive = format.charAt(++at);
      char flag = ' ';
      if ("-_0^#".indexOf(directive) >= 0 && at + 1 < format.length()) {
        flag = directive;
        directive = format.charAt(++at);
      }
      String text = flagged(directive(directive, time), flag);
      budget.text(text.length());
      out.append(text);
    }
    return out.toString();
  }

  private static String flagged(String text, char flag) {
    return switch (flag) {
      case '-' -> text.length() > 1 ? text.replaceFirst("^[0 ]+(?=.)", "") : text;
      case '_' -> text.length() > 1 && text.startsWith("0") ? " " + text.substring(1) : text;
      case '^' -> Text.upper(text);
      case '#' -> Text.swapCase(text);
      default -> text;
    };
  }

  private static String directive(char directive, LocalDateTime time) {
    int hour12 = (time.getHour() + 11) % 12 + 1;
    return switch (directive) {
      case 'Y' -> String.valueOf(time.getYear());
      case 'C' -> digits(2, time.getYear() / 100);
      case 'y' -> digits(2, time.getYear() % 100);
      case 'm' -> digits(2, time.getMonthValue());
      case 'd' -> digits(2, time.getDayOfMonth());
      case 'e' -> String.format(Locale.ROOT, "%2d", time.getDayOfMonth());
      case 'H' -> digits(2, time.getHour());
      case 'I' -> digits(2, hour12);
      case 'k' -> String.format(Locale.ROOT, "%2d", time.getHour());
      case 'l' -> String.format(Locale.ROOT, "%2d", hour12);
      case 'M' -> digits(2, time.getMinute());
      case 'S' -> digits(2, time.getSecond());
      case 'f' -> digits(6, time.get(ChronoField.MICRO_OF_SECOND));
      case 'j' -> digits(3, time.getDayOfYear());
      case 'p' -> time.getHour() < 12 ? "AM" : "PM";
      case 'P' -> time.getHour() < 12 ? "am" : "pm";
      case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
      case 'w' -> String.valueOf(time.getDayOfWeek().getValue() % 7);
      case 'U' -> digits(2, week(time, time.getDayOfWeek().getValue() % 7));
      case 'W' -> digits(2, week(time, time.getDayOfWeek().getValue() - 1));
      case 'V' -> digits(2, time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case 'G' -> String.valueOf(time.get(IsoFields.WEEK_BASED_YEAR));
      case 's' -> String.valueOf(time.toEpochSecond(ZoneOffset.UTC));
      case 'c' -> several("a b e T Y", time);
      case 'x', 'D' ->
          directive('m', time) + "/" + directive('d', time) + "/" + directive('y', time);
      case 'X', 'T' -> directive('R', time) + ":" + directive('S', time);
      case 'R' -> directive('H', time) + ":" + directive('M', time);
      case 'r' -> directive('I', time) + ":" + several("M", time) + ":" + several("S p", time);
      case 'F' -> directive('Y', time) + "-" + directive('m', time) + "-" + directive('d', time);
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'z', 'Z' -> "";
      case '%' -> "%";
      default -> "%" + directive;
    };
  }

  /** Several directives with blanks between them. */
  private static String several(String directives, LocalDateTime time) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < directives.length(); at++) {
      char directive = directives.charAt(at);
      out.append(directive == ' ' ? " " : directive(directive, time));
    }
    return out.toString();
  }

  private static int week(LocalDateTime time, int daysSinceWeekBegan) {
    return (time.getDayOfYear() + 6 - daysSinceWeekBegan) / 7;
  }

  private static String digits(int width, int number) {
    String digits = String.valueOf(number);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }
}
