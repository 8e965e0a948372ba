package dev.bourse.kv.snapshot;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageRange;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What the fields of a manifest must have to do with each other. */
final class ManifestChecks {
  private ManifestChecks() {}

  static void check(
      KvLayout layout,
      int[] tokens,
      int[] positions,
      List<RowMask> masks,
      int committedPages,
      int reservedPages,
      List<LineageRun> lineages,
      List<PageRange> dropped,
      Set<String> grants) {
    require(
        tokens.length == positions.length,
        "there are " + tokens.length + " tokens, but " + positions.length + " positions");
    require(
        Arrays.stream(tokens).allMatch(token -> token >= 0)
            && Arrays.stream(positions).allMatch(position -> position >= 0),
        "a token or a position is negative");
    int previous = -1;
    for (RowMask mask : masks) {
      require(
          mask.slot() > previous && mask.slot() < tokens.length,
          "a mask is for slot " + mask.slot() + " of " + tokens.length + ", after " + previous);
      previous = mask.slot();
    }
    int full = tokens.length / layout.pageTokens();
    require(
        committedPages >= 0 && committedPages <= full,
        committedPages + " pages are committed, but " + full + " are full");
    require(reservedPages >= 0, reservedPages + " pages are reserved");
    int pages = layout.pagesFor(tokens.length);
    long inLineages = lineages.stream().mapToLong(LineageRun::pages).sum();
    require(inLineages == pages, "the lineages have " + inLineages + " pages, the tokens " + pages);
    int end = 0;
    for (PageRange range : dropped) {
      require(
          range.first() >= end && range.end() <= pages,
          "dropped pages " + range + " of " + pages + " are out of order");
      end = range.end();
    }
    grants.forEach(SnapshotName::requireUser);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
