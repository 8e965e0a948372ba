package dev.bourse.kv;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Snapshots, as a store on disk would keep them: they survive everything but damage. */
final class SimulatedStore {
  /** A page of a snapshot. */
  static final class Copy implements PageCopy {
    private final byte[] bytes;
    private boolean damaged;

    Copy(MemorySegment page) {
      bytes = page.toArray(ValueLayout.JAVA_BYTE);
    }

    void damage() {
      damaged = true;
    }

    @Override
    public void read(MemorySegment to) throws IOException {
      if (damaged) {
        to.fill((byte) 0x5A);
        throw new IOException("the page is damaged");
      }
      to.copyFrom(MemorySegment.ofArray(bytes));
    }
  }

  /**
   * A page of a snapshot.
   *
   * @param copy null if no row sees it
   */
  record SavedPage(PageContent content, String lineage, @Nullable Copy copy) {}

  /**
   * A snapshot.
   *
   * @param pages all of them, the last one perhaps partly filled
   * @param tailRows rows taken from the last page, if it is not one of the full ones
   * @param naive what it must open to
   */
  record Saved(List<SavedPage> pages, int tailRows, SimulatedContext naive) {}

  private final Map<Integer, Saved> snapshots = new LinkedHashMap<>();
  private int names;

  List<Integer> names() {
    return List.copyOf(snapshots.keySet());
  }

  Saved get(int name) {
    Saved saved = snapshots.get(name);
    if (saved == null) {
      throw new IllegalArgumentException("no snapshot " + name);
    }
    return saved;
  }

  void delete(int name) {
    snapshots.remove(name);
  }

  /**
   * Saves what a fork holds.
   *
   * @return whether all its pages could be read
   */
  boolean save(PageCache cache, PageTable fork, SimulatedContext naive) {
    List<Page> pages = fork.sealedPages();
    List<SavedPage> saved = new ArrayList<>();
    for (int i = 0; i < pages.size(); i++) {
      Page page = pages.get(i);
      Copy copy = null;
      if (!isDropped(fork, i)) {
        copy = copy(cache.pool(), page);
        if (copy == null) {
          return false;
        }
        cache.stored(page, copy);
      }
      saved.add(new SavedPage(page.content(), page.lineage().name(), copy));
    }
    int tailRows = fork.length() - fork.fullPages() * ToyModel.PAGE_TOKENS;
    snapshots.put(names++, new Saved(saved, tailRows, naive));
    return true;
  }

  private static boolean isDropped(PageTable table, int index) {
    return table.dropped().stream()
        .anyMatch(range -> range.first() <= index && index < range.end());
  }

  private static @Nullable Copy copy(PagePool pool, Page page) {
    PageCopy before = page.copy();
    if (page.isResident()) {
      return new Copy(
          PageImage.of(pool.layout(), pool.frame(page.frame()), page.content().length()));
    }
    if (before == null) {
      return null;
    }
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) pool.layout().pageBytes()]);
    try {
      before.read(bytes);
    } catch (IOException e) {
      return null;
    }
    return new Copy(bytes);
  }

  /** A suspended table over the pages of a snapshot, which others may have in memory. */
  static PageTable open(PageCache cache, Saved saved, Lineage lineage) {
    List<Page> pages = new ArrayList<>();
    for (SavedPage page : saved.pages()) {
      Page parent = pages.isEmpty() ? null : pages.getLast();
      pages.add(cache.intern(parent, cache.lineage(page.lineage()), page.content()));
    }
    boolean hasTail = saved.tailRows() > 0;
    PageTable table =
        PageTable.of(
            cache,
            lineage,
            hasTail ? pages.subList(0, pages.size() - 1) : pages,
            hasTail ? pages.getLast() : null,
            saved.tailRows(),
            saved.naive().dropped(),
            saved.naive().committed(),
            saved.naive().pages());
    for (int i = 0; i < pages.size(); i++) {
      Copy copy = saved.pages().get(i).copy();
      if (copy != null) {
        cache.stored(pages.get(i), copy);
      }
    }
    return table;
  }
}
