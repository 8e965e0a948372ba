package dev.bourse.kv;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Lists of ranges in order, that neither touch nor overlap. */
final class PageRanges {
  private PageRanges() {}

  static List<PageRange> with(List<PageRange> ranges, PageRange more) {
    BitSet pages = bits(ranges);
    pages.set(more.first(), more.end());
    return ranges(pages);
  }

  static BitSet bits(List<PageRange> ranges) {
    BitSet pages = new BitSet();
    ranges.forEach(range -> pages.set(range.first(), range.end()));
    return pages;
  }

  private static List<PageRange> ranges(BitSet pages) {
    List<PageRange> ranges = new ArrayList<>();
    for (int first = pages.nextSetBit(0); first >= 0; ) {
      int end = pages.nextClearBit(first);
      ranges.add(new PageRange(first, end - first));
      first = pages.nextSetBit(end);
    }
    return List.copyOf(ranges);
  }
}
