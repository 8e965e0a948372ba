package dev.bourse.server;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names that may have been meant. */
public final class NearNames {
  private static final int MOST = 3;

  private NearNames() {}

  /** Those of {@code names} that a typing error or two lead to {@code typed}, nearest first. */
  public static List<String> of(String typed, Collection<String> names) {
    int tolerated = 1 + typed.length() / 4;
    return names.stream()
        .filter(name -> distance(typed, name) <= tolerated || isPart(typed, name))
        .sorted(
            Comparator.comparingInt((String name) -> distance(typed, name))
                .thenComparing(Comparator.naturalOrder()))
        .limit(MOST)
        .toList();
  }

  private static boolean isPart(String typed, String name) {
    return name.toLowerCase(Locale.ROOT).contains(typed.toLowerCase(Locale.ROOT));
  }

  /** Letters to insert, delete or replace (Levenshtein's distance), row by row of the table. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
