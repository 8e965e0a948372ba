package dev.bourse.server.snapshots;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.stream.Collectors;

/** Times and sizes as a person reads them. */
final class Words {
  private static final int DAYS_COUNTED = 60;

  private Words() {}

  /** How long ago {@code then} was, such as {@code 5 min}; a date if that is long. */
  static String age(Instant then, Instant now) {
    Duration age = Duration.between(then, now);
    return age.isNegative() ? "0 s" : span(age, then);
  }

  /** When {@code then} will be, such as {@code in 2 h}. */
  static String until(Instant then, Instant now) {
    Duration left = Duration.between(now, then);
    if (left.isNegative() || left.isZero()) {
      return "expired";
    }
    return left.toDays() >= DAYS_COUNTED ? date(then) : "in " + span(left, then);
  }

  private static String span(Duration span, Instant then) {
    if (span.toSeconds() < 120) {
      return span.toSeconds() + " s";
    }
    if (span.toMinutes() < 120) {
      return span.toMinutes() + " min";
    }
    if (span.toHours() < 48) {
      return span.toHours() + " h";
    }
    return span.toDays() < DAYS_COUNTED ? span.toDays() + " d" : date(then);
  }

  private static String date(Instant then) {
    return then.atOffset(ZoneOffset.UTC).toLocalDate().toString();
  }

  /** Bytes, such as {@code 1.5 MiB}. */
  static String size(long bytes) {
    String[] units = {"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) {
      return bytes + " B";
    }
    double size = bytes / 1024.0;
    int unit = 0;
    while (size >= 1024 && unit < units.length - 1) {
      size /= 1024;
      unit++;
    }
    return "%,.1f %s".formatted(size, units[unit]);
  }

  /** Names in order, with commas. */
  static String list(Collection<String> names) {
    return names.stream().sorted().collect(Collectors.joining(", "));
  }

  /** A number of things, such as {@code 1 page} or {@code 1,024 pages}. */
  static String count(long number, String thing) {
    return "%,d %s%s".formatted(number, thing, number == 1 ? "" : "s");
  }
}
