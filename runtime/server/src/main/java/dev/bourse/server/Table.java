package dev.bourse.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Rows whose columns are aligned; a column that is empty in every row is left out. */
public final class Table<T> {
  private static final String GAP = "  ";

  private record Column<T>(String title, boolean right, Function<T, String> cell) {}

  private final List<Column<T>> columns = new ArrayList<>();

  /** Adds a column of texts. */
  public Table<T> text(String title, Function<T, String> cell) {
    columns.add(new Column<>(title, false, cell));
    return this;
  }

  /** Adds a column of numbers, aligned at their ends. */
  public Table<T> number(String title, Function<T, String> cell) {
    columns.add(new Column<>(title, true, cell));
    return this;
  }

  /** The title line and a line for each row. */
  public List<String> lines(List<T> rows) {
    return lines(rows, Integer.MAX_VALUE);
  }

  /**
   * The title line and a line for each row.
   *
   * @param width of a line; columns from the first that does not fit are left out
   */
  public List<String> lines(List<T> rows, int width) {
    List<List<String>> shown = new ArrayList<>();
    int taken = 0;
    for (Column<T> column : columns) {
      List<String> cells = rows.stream().map(column.cell()).toList();
      if (!cells.stream().allMatch(String::isEmpty)) {
        List<String> aligned = aligned(column, cells);
        taken += width(aligned.getFirst()) + (shown.isEmpty() ? 0 : GAP.length());
        if (taken > width && !shown.isEmpty()) {
          break;
        }
        shown.add(aligned);
      }
    }
    List<String> lines = new ArrayList<>();
    for (int line = 0; !rows.isEmpty() && line <= rows.size(); line++) {
      int index = line;
      String text =
          shown.stream().map(column -> column.get(index)).collect(Collectors.joining(GAP));
      lines.add(text.stripTrailing());
    }
    return lines;
  }

  private static <T> List<String> aligned(Column<T> column, List<String> cells) {
    List<String> all = new ArrayList<>(cells);
    all.addFirst(column.title());
    int width = all.stream().mapToInt(Table::width).max().orElseThrow();
    return all.stream()
        .map(
            cell -> {
              String padding = " ".repeat(width - width(cell));
              return column.right() ? padding + cell : cell + padding;
            })
        .toList();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
