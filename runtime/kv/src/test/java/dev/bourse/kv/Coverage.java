package dev.bourse.kv;

import java.util.Map;
import java.util.TreeMap;

/** How often a simulation did what it is meant to do. */
final class Coverage {
  private final Map<String, Long> counts = new TreeMap<>();

  void count(String what) {
    counts.merge(what, 1L, Long::sum);
  }

  Map<String, Long> counts() {
    return counts;
  }
}
