package dev.bourse.bench;

import java.io.PrintStream;
import java.util.Locale;

/** Writes Markdown tables. */
final class Report {
  private final PrintStream out;

  Report(PrintStream out) {
    this.out = out;
  }

  void title(String title) {
    out.printf("%n### %s%n%n", title);
  }

  void header(String... columns) {
    out.println("| " + String.join(" | ", columns) + " |");
    out.println("|---".repeat(columns.length) + "|");
  }

  /** A row of the table, formatted as {@link String#format} does in English. */
  void row(String format, Object... values) {
    out.printf(Locale.ROOT, "| " + format + " |%n", values);
  }

  void line(String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
  }
}
