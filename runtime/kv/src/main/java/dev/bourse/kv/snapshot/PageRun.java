package dev.bourse.kv.snapshot;

import java.util.ArrayList;
import java.util.List;

/**
 * Pages that lie one after the other in a segment.
 *
 * @param first where the first lies
 * @param pages how many
 */
record PageRun(PageRef first, int pages) {
  /** The pages of some runs, in order. */
  static List<PageRef> expand(List<PageRun> runs, long pageBytes) {
    List<PageRef> refs = new ArrayList<>();
    for (PageRun run : runs) {
      for (int i = 0; i < run.pages; i++) {
        refs.add(new PageRef(run.first.segment(), run.first.offset() + i * pageBytes));
      }
    }
    return refs;
  }

  /** The fewest runs of some pages, in order. */
  static List<PageRun> of(List<PageRef> refs, long pageBytes) {
    List<PageRun> runs = new ArrayList<>();
    for (PageRef ref : refs) {
      PageRun last = runs.isEmpty() ? null : runs.getLast();
      if (last != null
          && ref.segment().equals(last.first.segment())
          && ref.offset() == last.first.offset() + last.pages * pageBytes) {
        runs.set(runs.size() - 1, new PageRun(last.first, last.pages + 1));
      } else {
        runs.add(new PageRun(ref, 1));
      }
    }
    return runs;
  }
}
