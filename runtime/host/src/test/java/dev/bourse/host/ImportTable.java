package dev.bourse.host;

import dev.bourse.host.abi.CoreType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Every function that a guest may import by the names of Pie's and WASI's interfaces. */
final class ImportTable {
  private static final String RESOURCE = "abi/imports.tsv";

  private ImportTable() {}

  /** One function and its core signature. */
  record Row(String module, String name, List<CoreType> parameters, List<CoreType> results) {
    @Override
    public String toString() {
      return module + " " + name;
    }
  }

  static List<Row> rows() {
    return text().lines().skip(1).map(ImportTable::row).toList();
  }

  static String text() {
    try (InputStream in = ImportTable.class.getResourceAsStream(RESOURCE)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row row(String line) {
    String[] columns = line.split("\t", -1);
    return new Row(columns[0], columns[1], types(columns[2]), types(columns[3]));
  }

  private static List<CoreType> types(String column) {
    return Arrays.stream(column.split(" ", -1))
        .filter(word -> !word.isEmpty())
        .map(word -> CoreType.valueOf(word.toUpperCase(Locale.ROOT)))
        .toList();
  }
}
