package dev.bourse.kv.snapshot;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Who refers to which pages, and what that makes in bytes. */
final class Usage {
  private final Map<PageRef, Integer> names = new HashMap<>();
  private long bytes;

  /** The usage of some names, a page counted once. */
  static Usage of(List<Summary> summaries) {
    Usage usage = new Usage();
    summaries.forEach(usage::add);
    return usage;
  }

  private void add(Summary summary) {
    bytes += summary.fileBytes();
    for (PageRef page : new HashSet<>(summary.refs())) {
      if (names.merge(page, 1, Integer::sum) == 1) {
        bytes += summary.pageBytes();
      }
    }
  }

  /** Bytes of all pages and manifests. */
  long bytes() {
    return bytes;
  }

  boolean refersTo(PageRef page) {
    return names.containsKey(page);
  }

  /** Bytes of a name's pages. */
  static long pageBytes(Summary summary) {
    return new HashSet<>(summary.refs()).size() * summary.pageBytes();
  }

  /** Bytes of a name's pages that others of these names refer to as well. */
  long sharedBytes(Summary summary) {
    return new HashSet<>(summary.refs())
            .stream().filter(page -> names.getOrDefault(page, 0) > 1).count()
        * summary.pageBytes();
  }
}
