package dev.bourse.scheduler.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows to print.
 *
 * @param columns their titles
 * @param rows each with a text for every column
 */
public record Table(List<String> columns, List<List<String>> rows) {

  /** The same with one more row. */
  public Table with(List<String> row) {
    List<List<String>> more = new ArrayList<>(rows);
    more.add(row);
    return new Table(columns, more);
  }

  /** As Markdown, aligned so that it reads as text too. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    line(text, columns);
    text.append('|');
    for (int column = 0; column < columns.size(); column++) {
      String dashes = "-".repeat(width(column) + (column == 0 ? 2 : 1));
      text.append(dashes).append(column == 0 ? "|" : ":|");
    }
    text.append('\n');
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private void line(StringBuilder text, List<String> cells) {
    text.append('|');
    for (int column = 0; column < columns.size(); column++) {
      String cell = cells.get(column);
      String padding = " ".repeat(width(column) - cell.length());
      text.append(' ').append(column == 0 ? cell + padding : padding + cell).append(" |");
    }
    text.append('\n');
  }

  private int width(int column) {
    int width = columns.get(column).length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return Math.max(3, width);
  }
}
