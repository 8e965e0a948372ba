package dev.bourse.kv;

/** Checks what lies in the frames of sealed pages. */
final class PageFrames {
  private PageFrames() {}

  /** That every complete frame of a sealed page holds what its rows, and those before them, say. */
  static void verify(PageCache cache) {
    for (Page page : cache.pagesWithFrame()) {
      if (page.isResident()) {
        verify(page, cache.pool());
      }
    }
  }

  private static void verify(Page page, PagePool pool) {
    Rows rows = new Rows();
    addRows(page, rows);
    long[] values = ToyModel.values(rows.first(rows.count()));
    int first = rows.count() - page.content().length();
    for (int row = 0; row < page.content().length(); row++) {
      long value = ToyModel.read(pool.memory(), pool.byteOffset(page.frame()), row);
      if (value != values[first + row]) {
        throw new AssertionError("row " + row + " of page " + page.key() + " holds other values");
      }
    }
  }

  private static void addRows(Page page, Rows to) {
    Page parent = page.parent();
    if (parent != null) {
      addRows(parent, to);
    }
    to.add(page.content(), page.content().length());
  }
}
