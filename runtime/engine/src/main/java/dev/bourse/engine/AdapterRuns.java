package dev.bourse.engine;

import dev.bourse.kv.Page;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a snapshot were computed with which adapters, as its fingerprint tells it: empty
 * for none, else {@code slot:digest} for each run of rows from that slot on, with commas between;
 * no digest for the model alone.
 */
final class AdapterRuns {
  /** Runs of one snapshot. */
  static final int RUNS_MAX = 256;

  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,9}:([0-9a-f]{64})?(,\\d{1,9}:([0-9a-f]{64})?){0,255})?");

  private record Run(int first, @Nullable String digest) {}

  private final List<Run> runs;

  private AdapterRuns(List<Run> runs) {
    this.runs = runs;
  }

  /** Those of pages in order. */
  static AdapterRuns of(List<Page> pages, int pageTokens, int length) {
    List<Run> runs = new ArrayList<>();
    String last = null;
    for (int slot = 0; slot < length; slot++) {
      String digest = pages.get(slot / pageTokens).content().adapter(slot % pageTokens);
      if (digest == null ? last != null : !digest.equals(last)) {
        runs.add(new Run(slot, digest));
        last = digest;
      }
    }
    return new AdapterRuns(runs);
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static AdapterRuns of(String text) {
    if (!TEXT.matcher(text).matches()) {
      throw new IllegalArgumentException("the adapters of a snapshot are not listed like this");
    }
    List<Run> runs = new ArrayList<>();
    for (String run : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int colon = run.indexOf(':');
      int first = Integer.parseInt(run.substring(0, colon));
      if (!runs.isEmpty() && first <= runs.getLast().first) {
        throw new IllegalArgumentException("the adapters of a snapshot are not in order");
      }
      String digest = run.substring(colon + 1);
      runs.add(new Run(first, digest.isEmpty() ? null : digest));
    }
    return new AdapterRuns(runs);
  }

  /**
   * As a fingerprint keeps it.
   *
   * @throws EngineException if there are too many runs
   */
  String text() {
    if (runs.size() > RUNS_MAX) {
      throw new EngineException(
          "the context changes its adapter "
              + runs.size()
              + " times; to be saved it may do so "
              + RUNS_MAX
              + " times");
    }
    return String.join(
        ",",
        runs.stream()
            .map(run -> run.first + ":" + (run.digest == null ? "" : run.digest))
            .toList());
  }

  /** The digest of the adapter of a row, or null for the model alone. */
  @Nullable String at(int slot) {
    String digest = null;
    for (Run run : runs) {
      if (run.first > slot) {
        break;
      }
      digest = run.digest;
    }
    return digest;
  }

  /** The digests there are. */
  Set<String> digests() {
    Set<String> digests = new LinkedHashSet<>();
    for (Run run : runs) {
      if (run.digest != null) {
        digests.add(run.digest);
      }
    }
    return digests;
  }
}
