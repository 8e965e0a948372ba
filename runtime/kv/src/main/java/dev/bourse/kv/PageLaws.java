package dev.bourse.kv;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The laws of pages, checked from scratch:
 *
 * <ul>
 *   <li>free frames + frames of tables + frames of sealed pages = all frames, each of them once;
 *   <li>an entry counts as many holders as page tables end in it and entries follow it, a page as
 *       many as entries that are held; and so for pins;
 *   <li>a page is cached exactly if it is in memory and nobody holds it, idle exactly if it is in
 *       memory and held, and not pinned;
 *   <li>every page of the prefix tree is held, or in memory, or before one that is; and only a page
 *       that is held, or being loaded, has a copy outside of memory;
 *   <li>every sealed page of a whole table is in memory, but the dropped ones; a table that is not
 *       pinned has no frames of its own.
 * </ul>
 */
final class PageLaws {
  private static final class Count {
    int holders;
    int pins;
    int irreplaceable;
  }

  private static final Count NONE = new Count();

  private final PageCache cache;
  private final PagePool pool;
  private final Collection<PageTable> tables;
  private final Map<Link, Count> links = new HashMap<>();
  private final Map<Page, Count> pages = new HashMap<>();

  PageLaws(PageCache cache, Collection<PageTable> tables) {
    this.cache = cache;
    this.pool = cache.pool();
    this.tables = tables;
  }

  void check() {
    tables.forEach(this::count);
    cache.leases().forEach(lease -> countLink(lease, true, true));
    links.forEach(PageLaws::checkLink);
    pages.forEach(PageLaws::checkPage);
    checkFrames();
    checkTree(cache.roots());
    tables.forEach(this::checkTable);
  }

  private void count(PageTable table) {
    countLink(table.sealed().end(), true, table.isPinned());
  }

  private void countLink(@Nullable Link end, boolean holds, boolean pins) {
    boolean holding = holds;
    boolean pinning = pins;
    for (Link link = end; link != null && (holding || pinning); link = link.previous()) {
      Count count = links.computeIfAbsent(link, l -> new Count());
      holding = holding && count.holders++ == 0;
      pinning = pinning && count.pins++ == 0;
      if (!link.dropped()) {
        Count page = pages.computeIfAbsent(link.page(), p -> new Count());
        page.holders += holding ? 1 : 0;
        page.pins += pinning ? 1 : 0;
        page.irreplaceable += holding && link.irreplaceable() ? 1 : 0;
      }
    }
  }

  private static void checkLink(Link link, Count count) {
    require(
        link.holders() == count.holders && link.pins() == count.pins,
        () ->
            "an entry counts %d holders and %d pins, but has %d and %d"
                .formatted(link.holders(), link.pins(), count.holders, count.pins));
  }

  private static void checkPage(Page page, Count count) {
    require(
        page.holders() == count.holders && page.pins() == count.pins,
        () ->
            "page %s counts %d holders and %d pins, but has %d and %d"
                .formatted(page.key(), page.holders(), page.pins(), count.holders, count.pins));
    require(
        page.isIrreplaceable() == count.irreplaceable > 0,
        () ->
            "page %s is irreplaceable: %b, but %d holders dropped pages before it"
                .formatted(page.key(), page.isIrreplaceable(), count.irreplaceable));
  }

  private void checkFrames() {
    Set<Integer> used = new HashSet<>();
    for (PageTable table : tables) {
      for (int frame : table.ownFrames()) {
        require(used.add(frame), () -> "frame %d is used twice".formatted(frame));
      }
    }
    int cached = 0;
    int idle = 0;
    List<Page> resident = new ArrayList<>(cache.pagesWithFrame());
    for (Page page : resident) {
      require(used.add(page.frame()), () -> "frame %d is used twice".formatted(page.frame()));
      Count count = pages.getOrDefault(page, NONE);
      checkPage(page, count);
      boolean evictable = page.isResident() && count.pins == 0;
      boolean shouldBeCached = evictable && count.holders == 0;
      boolean shouldBeIdle = evictable && count.holders > 0;
      require(
          cache.isCached(page) == shouldBeCached && cache.isIdle(page) == shouldBeIdle,
          () ->
              "page %s with %d holders and %d pins: cached %b, idle %b"
                  .formatted(
                      page.key(),
                      count.holders,
                      count.pins,
                      cache.isCached(page),
                      cache.isIdle(page)));
      cached += shouldBeCached ? 1 : 0;
      idle += shouldBeIdle ? 1 : 0;
    }
    checkCounts(cached, idle);
    require(
        Collections.disjoint(used, freeFrames())
            && used.size() + pool.freeCount() == pool.pageCount(),
        () ->
            "%d frames are used and %d free, of %d"
                .formatted(used.size(), pool.freeCount(), pool.pageCount()));
  }

  private void checkCounts(int cached, int idle) {
    require(
        cached == cache.cachedCount() && idle == cache.idleCount(),
        () ->
            "%d pages are listed as cached and %d as idle, but %d and %d are"
                .formatted(cache.cachedCount(), cache.idleCount(), cached, idle));
  }

  private Set<Integer> freeFrames() {
    Set<Integer> free = new HashSet<>();
    for (int frame = 0; frame < pool.pageCount(); frame++) {
      if (pool.isFree(frame)) {
        free.add(frame);
      }
    }
    return free;
  }

  private void checkTree(Collection<Page> siblings) {
    for (Page page : siblings) {
      checkPage(page, pages.getOrDefault(page, NONE));
      require(cache.isFound(page), () -> "page %s is not where it is found".formatted(page.key()));
      require(
          page.holders() > 0 || page.hasFrame() || !page.children().isEmpty(),
          () -> "page %s is known, but worth nothing".formatted(page.key()));
      require(
          page.holders() > 0 || page.isLoading() || page.copy() == null,
          () -> "page %s has a copy that nobody wants".formatted(page.key()));
      checkTree(page.children());
    }
  }

  private void checkTable(PageTable table) {
    checkEntries(table);
    require(
        table.length() <= table.capacity() && table.committedPages() <= table.fullPages(),
        () ->
            "a table of %d pages, %d of them committed, has %d rows and %d sealed pages"
                .formatted(
                    table.pageCount(), table.committedPages(), table.length(), table.fullPages()));
    require(
        table.isPinned() || table.ownFrameCount() == 0,
        () -> "a suspended table has %d frames".formatted(table.ownFrameCount()));
    require(
        !(table.isPinned() && table.sealed().isResident()) || table.sealed().absent().isEmpty(),
        () -> "a table takes pages to be in memory that are not");
  }

  private static void checkEntries(PageTable table) {
    List<Link> entries = new ArrayList<>();
    for (Link link = table.sealed().end(); link != null; link = link.previous()) {
      entries.addFirst(link);
    }
    int count = table.fullPages() + (table.sealed().source() == null ? 0 : 1);
    require(
        entries.size() == count,
        () -> "a table of %d sealed pages has %d entries".formatted(count, entries.size()));
    BitSet dropped = PageRanges.bits(table.dropped());
    for (int i = 0; i < count; i++) {
      require(
          entries.get(i).dropped() == dropped.get(i),
          () -> "an entry of a table is dropped, and its page not, or the other way round");
    }
  }

  private static void require(boolean holds, Supplier<String> message) {
    if (!holds) {
      throw new IllegalStateException(message.get());
    }
  }
}
