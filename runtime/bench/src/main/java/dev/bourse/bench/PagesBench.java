package dev.bourse.bench;

import dev.bourse.model.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What pages save: forks, snapshots, prefixes that contexts have in common, conversations sent
 * anew.
 */
public final class PagesBench {
  private interface Figures {
    void report(Report report, Model model) throws Exception;
  }

  private PagesBench() {}

  /** Arguments: which figures, of those of {@link #figures}; all of them if there are none. */
  public static void main(String[] args) throws Exception {
    System.setProperty("bourse.kernels", System.getProperty("bourse.kernels", "vector"));
    Map<String, Figures> figures = figures();
    Report report = new Report(System.out);
    try (Model model = LongContextModel.load()) {
      for (String name : args.length > 0 ? List.of(args) : figures.keySet()) {
        Figures asked = figures.get(name);
        if (asked == null) {
          throw new IllegalArgumentException(name + ": there are " + figures.keySet());
        }
        asked.report(report, model);
      }
    }
  }

  private static Map<String, Figures> figures() {
    Map<String, Figures> figures = new LinkedHashMap<>();
    figures.put("fork", ForkTimes::report);
    figures.put("open", SnapshotTimes::report);
    figures.put("store", (report, model) -> StoreTimes.report(report));
    figures.put("first-token", FirstTokens::report);
    figures.put("prefix", SharedPrefix::report);
    figures.put("workloads", Workloads::report);
    return figures;
  }
}
