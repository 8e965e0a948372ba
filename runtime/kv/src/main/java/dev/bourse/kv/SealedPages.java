package dev.bourse.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sealed pages of one table: full ones in order, as a list of {@link Link}s whose beginning
 * others share, and after them perhaps the <em>source</em>, a page from which the first own rows of
 * the table are still to be copied.
 */
final class SealedPages {
  private static final int[] NONE = {};

  private final PageCache cache;

  /** The last full page, with all before it. */
  private @Nullable Link tip;

  private int count;
  private @Nullable Link source;
  private List<PageRange> dropped = List.of();
  private boolean pinned = true;

  /** Whether all are known to be in memory; they stay there while they are pinned. */
  private boolean resident = true;

  /** Frames of the first pages, as far as they are known. */
  private int[] frames = NONE;

  /** None, pinned. */
  SealedPages(PageCache cache) {
    this.cache = cache;
  }

  /** Known pages, not pinned. */
  static SealedPages of(
      PageCache cache, List<Page> full, @Nullable Page source, List<PageRange> dropped) {
    SealedPages pages = new SealedPages(cache);
    pages.pinned = false;
    pages.resident = false;
    BitSet hidden = PageRanges.bits(dropped);
    Link tip = null;
    for (int i = 0; i < full.size(); i++) {
      tip = new Link(tip, full.get(i), hidden.get(i));
    }
    pages.moveTo(tip, source);
    pages.count = full.size();
    pages.dropped = List.copyOf(dropped);
    return pages;
  }

  /** The same pages for another table: one more holder of the last entry. */
  SealedPages share() {
    SealedPages shared = new SealedPages(cache);
    shared.pinned = pinned;
    shared.resident = resident;
    shared.moveToEntries(tip, source);
    shared.count = count;
    shared.dropped = dropped;
    shared.frames = frames;
    return shared;
  }

  // What there is.

  /** Full pages. */
  int count() {
    return count;
  }

  /** The last full page. */
  @Nullable Page last() {
    return tip == null ? null : tip.page();
  }

  @Nullable Page source() {
    return source == null ? null : source.page();
  }

  /** The last entry. */
  @Nullable Link end() {
    return source != null ? source : tip;
  }

  List<PageRange> dropped() {
    return dropped;
  }

  /** Those that are full, dropped ones too, and at last the source. */
  List<Page> list() {
    List<Page> list = fullPages(0);
    if (source != null) {
      list.add(source.page());
    }
    return list;
  }

  /** The full pages from {@code first} on; takes time in proportion to their number. */
  List<Page> fullPages(int first) {
    List<Page> list = new ArrayList<>(count - first + 1);
    Link link = tip;
    for (int i = count - 1; i >= first && link != null; i--) {
      list.add(link.page());
      link = link.previous();
    }
    Collections.reverse(list);
    return list;
  }

  /** The rows of full page {@code index}. */
  PageContent content(int index) {
    return fullPages(index).getFirst().content();
  }

  // Changes.

  void add(Page page) {
    moveToEntries(new Link(tip, page, false), source);
    count++;
    resident &= page.isResident();
  }

  void setSource(@Nullable Page page) {
    moveTo(tip, page);
  }

  /**
   * Lets go of the full pages from {@code index} on, of which none before the last dropped one is.
   *
   * @param asSource whether the first of them becomes the source
   */
  void cut(int index, boolean asSource) {
    Page first = null;
    Link newTip = tip;
    for (; count > index && newTip != null; count--) {
      first = newTip.page();
      newTip = newTip.previous();
    }
    moveTo(newTip, asSource ? first : null);
    if (frames.length > count) {
      frames = Arrays.copyOf(frames, count);
    }
  }

  /** Drops full pages; there is no source. */
  void drop(int first, int end) {
    // A window that moves on drops what is dropped already, and one page more.
    int from = PageRanges.bits(dropped).nextClearBit(first);
    List<Link> above = new ArrayList<>();
    Link base = tip;
    for (int i = count - 1; i >= from && base != null; i--) {
      above.add(base);
      base = base.previous();
    }
    Link newTip = base;
    for (int i = from; i < count; i++) {
      Link old = above.get(count - 1 - i);
      newTip = new Link(newTip, old.page(), old.dropped() || i < end);
    }
    moveTo(newTip, null);
    dropped = PageRanges.with(dropped, new PageRange(first, end - first));
  }

  void release() {
    moveTo(null, null);
    count = 0;
    dropped = List.of();
    frames = NONE;
  }

  private void moveTo(@Nullable Link newTip, @Nullable Page newSource) {
    moveToEntries(newTip, newSource == null ? null : new Link(newTip, newSource, false));
  }

  /** Holds the new entries before it lets go of the old ones, for most of them are the same. */
  private void moveToEntries(@Nullable Link newTip, @Nullable Link newSource) {
    Link oldEnd = end();
    Link newEnd = newSource != null ? newSource : newTip;
    Link.hold(newEnd, cache);
    if (pinned) {
      Link.pin(newEnd, cache);
      Link.unpin(oldEnd, cache);
    }
    Link.release(oldEnd, cache);
    tip = newTip;
    source = newSource;
  }

  // Memory.

  boolean isPinned() {
    return pinned;
  }

  /** Whether all are known to be in memory, but the dropped ones. */
  boolean isResident() {
    return resident;
  }

  void pin() {
    if (!pinned) {
      pinned = true;
      Link.pin(end(), cache);
    }
  }

  void unpin() {
    if (pinned) {
      pinned = false;
      resident = false;
      frames = NONE;
      Link.unpin(end(), cache);
    }
  }

  /** Those that are needed and not in memory, or not yet, in order. */
  List<Page> absent() {
    List<Page> absent = new ArrayList<>();
    for (Link link = end(); link != null; link = link.previous()) {
      if (!link.dropped() && !link.page().isResident()) {
        absent.add(link.page());
      }
    }
    Collections.reverse(absent);
    return absent;
  }

  /** Sees whether they are all in memory now. */
  boolean becomeResident() {
    if (!resident && pinned && absent().isEmpty()) {
      resident = true;
      frames = NONE;
    }
    return resident;
  }

  /**
   * The frames of the full pages, if all are in memory; not to be changed. That of a dropped page
   * means nothing.
   */
  int[] frames() {
    int known = frames.length;
    if (known < count) {
      frames = Arrays.copyOf(frames, count);
      Link link = tip;
      for (int i = count - 1; i >= known && link != null; i--) {
        frames[i] = link.dropped() ? 0 : link.page().frame();
        link = link.previous();
      }
    }
    return frames;
  }

  /** Whether nobody will miss the source once its rows are the table's own. */
  boolean isSourceExclusive() {
    return source != null
        && source.holders() == 1
        && source.page().holders() == 1
        && source.page().children().isEmpty();
  }

  /** Whether others who have the source can have it back when its frame is taken. */
  boolean isSourceReplaceable() {
    return source != null
        && source.pins() <= 1
        && source.page().pins() <= 1
        && (source.page().copy() != null || !source.page().isIrreplaceable());
  }
}
