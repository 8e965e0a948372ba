package dev.bourse.kv;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All sealed pages of an engine, as a prefix tree: a page's children are the pages that were
 * computed after it. Whoever comes to a prefix that somebody of the same lineage has computed finds
 * its pages here.
 *
 * <pre>
 *          held by tables    pinned      keys and values                  leaves when
 * cached   no                no          in a frame                       its frame is wanted
 * idle     yes               no          in a frame, a copy, or nowhere   nobody holds it any more
 * pinned   yes               yes         in a frame, or being loaded      nobody pins it any more
 * </pre>
 *
 * <p>Frames of cached and idle pages are taken back when they are wanted, least recently pinned
 * first, cached before idle.
 *
 * <p>Not thread-safe: the engine calls it with its lock held.
 */
public final class PageCache {
  /** Siblings, latest first, that are compared for a common beginning. */
  private static final int SIBLINGS_MAX = 256;

  private final PagePool pool;
  private final PageHasher hasher;
  private final SequencedMap<PageKey, Page> roots = new LinkedHashMap<>();
  private final LinkedHashSet<Page> cached = new LinkedHashSet<>();
  private final LinkedHashSet<Page> idle = new LinkedHashSet<>();
  private final Set<Link> leases = new HashSet<>();
  private final @Nullable Page[] pageOfFrame;
  private final PageTree tree = new PageTree();

  /** An empty cache over the frames of {@code pool}. */
  public PageCache(PagePool pool, PageHasher hasher) {
    this.pool = pool;
    this.hasher = hasher;
    this.pageOfFrame = new Page[pool.pageCount()];
  }

  public PagePool pool() {
    return pool;
  }

  /** The lineage of that name. */
  public Lineage lineage(String name) {
    return hasher.lineage(name);
  }

  /** Pages that nobody holds, kept in memory until their frames are wanted. */
  public int cachedCount() {
    return cached.size();
  }

  /** Pages in memory that somebody holds, but nobody needs there now. */
  public int idleCount() {
    return idle.size();
  }

  /** The tree to fill with tables of this cache. */
  public PageTree tree() {
    return tree;
  }

  // The tree.

  PageKey key(@Nullable Page parent, Lineage lineage, PageContent content) {
    return hasher.key(keyOf(parent), lineage, content);
  }

  /** The page with exactly these rows after {@code parent}, or null. */
  public @Nullable Page find(@Nullable Page parent, Lineage lineage, PageContent content) {
    return find(parent, lineage, key(parent, lineage, content), content);
  }

  private @Nullable Page find(
      @Nullable Page parent, Lineage lineage, PageKey key, PageContent content) {
    Page page = inTree(parent, key);
    return page != null && isSame(page, parent, lineage, content) ? page : null;
  }

  /** Keys are long, but a hit is a hit only if what they stand for is the same. */
  private static boolean isSame(
      Page page, @Nullable Page parent, Lineage lineage, PageContent content) {
    return page.parent() == parent
        && page.lineage().equals(lineage)
        && page.content().sameAs(content);
  }

  /**
   * Among the pages in memory after {@code parent}, one that has the most first rows in common with
   * {@code content}, or null if none has any.
   */
  @Nullable Page longestMatch(@Nullable Page parent, Lineage lineage, PageContent content) {
    Page best = null;
    int bestRows = 0;
    int compared = 0;
    var siblings = parent == null ? roots.sequencedValues() : parent.children();
    for (Page page : siblings.reversed()) {
      // What others have computed does not count: nobody is to learn how much that is.
      if (page.isResident() && page.lineage().equals(lineage)) {
        if (compared++ == SIBLINGS_MAX) {
          break;
        }
        int rows = page.content().commonRows(content);
        if (rows > bestRows) {
          best = page;
          bestRows = rows;
        }
      }
    }
    return best;
  }

  /**
   * The page with these rows: found, or made, and then without keys and values, and found only once
   * somebody holds it.
   */
  public Page intern(@Nullable Page parent, Lineage lineage, PageContent content) {
    PageKey key = key(parent, lineage, content);
    Page found = find(parent, lineage, key, content);
    return found == null ? new Page(parent, lineage, key, content) : found;
  }

  /**
   * Makes computed rows a page that never changes. If there is such a page already, it is that one,
   * and the frame is given back or becomes the page's.
   *
   * @param frame holds the keys and values; the cache's from now on
   */
  Page seal(@Nullable Page parent, Lineage lineage, PageContent content, int frame) {
    PageKey key = key(parent, lineage, content);
    Page page = find(parent, lineage, key, content);
    if (page == null) {
      page = new Page(parent, lineage, key, content);
    } else if (page.isResident()) {
      pool.release(frame);
      return page;
    } else if (page.isLoading()) {
      // Somebody is still filling the frame of that one; ours is complete, and stays out of the
      // tree.
      page = new Page(parent, lineage, key, content);
    }
    giveFrame(page, frame, false);
    return page;
  }

  /**
   * Puts a page that is held into the tree, with those before it. Of two pages with one key, the
   * second is used, but not found.
   */
  private void remember(Page page) {
    Page at = page;
    while (at != null && inTree(at.parent(), at.key()) == null) {
      Page parent = at.parent();
      if (parent == null) {
        roots.put(at.key(), at);
      } else {
        parent.addChild(at);
      }
      at = parent;
    }
  }

  private @Nullable Page inTree(@Nullable Page parent, PageKey key) {
    return parent == null ? roots.get(key) : parent.child(key);
  }

  private static @Nullable PageKey keyOf(@Nullable Page page) {
    return page == null ? null : page.key();
  }

  /** Takes a page out of the tree that nobody holds and that is not in memory. */
  private void forgetIfUseless(@Nullable Page page) {
    Page at = page;
    while (at != null && at.holders() == 0 && !at.hasFrame() && at.children().isEmpty()) {
      Page parent = at.parent();
      if (parent == null) {
        roots.remove(at.key(), at);
      } else {
        parent.removeChild(at);
      }
      at = parent;
    }
  }

  // Who holds and who pins, counted by Link.

  /**
   * @param irreplaceable whether the holder has dropped pages before it
   */
  void hold(Page page, boolean irreplaceable) {
    page.addIrreplaceable(irreplaceable ? 1 : 0);
    if (page.addHolder(1) == 1) {
      remember(page);
      if (cached.remove(page)) {
        idle.add(page);
      }
    }
  }

  void release(Page page, boolean irreplaceable) {
    page.addIrreplaceable(irreplaceable ? -1 : 0);
    if (page.addHolder(-1) == 0) {
      if (page.pins() > 0) {
        throw new IllegalStateException("page " + page.key() + " is pinned, but nobody holds it");
      }
      if (!page.isLoading()) {
        forgetSpilled(page);
      }
      page.setStored(null);
      if (idle.remove(page)) {
        cached.add(page);
      }
      forgetIfUseless(page);
    }
  }

  void pin(Page page) {
    page.addPin(1);
    cached.remove(page);
    idle.remove(page);
  }

  void unpin(Page page) {
    if (page.addPin(-1) == 0 && page.isResident()) {
      offer(page);
    }
  }

  private void offer(Page page) {
    (page.holders() == 0 ? cached : idle).add(page);
  }

  /** Holds and pins a page while its bytes are read without the engine's lock. */
  public Lease lease(Page page) {
    return new Lease(page);
  }

  /** A page that stays in memory until the lease is closed. */
  public final class Lease implements AutoCloseable {
    private final Link link;

    private Lease(Page page) {
      this.link = new Link(null, page, false);
      leases.add(link);
      Link.hold(link, PageCache.this);
      Link.pin(link, PageCache.this);
    }

    @Override
    public void close() {
      if (leases.remove(link)) {
        Link.unpin(link, PageCache.this);
        Link.release(link, PageCache.this);
      }
    }
  }

  Set<Link> leases() {
    return leases;
  }

  // Frames.

  /** Whether {@link #reclaim} would free {@code count} frames. */
  public boolean canReclaim(int count) {
    long more = (long) count - cached.size();
    return more <= 0
        || idle.stream().filter(page -> page.copy() != null).limit(more).count() == more;
  }

  /**
   * Makes up to {@code count} frames free that are not: of cached pages, then of idle pages that
   * can be read back.
   */
  public void reclaim(int count) {
    int wanted = count;
    while (wanted > 0 && !cached.isEmpty()) {
      evict(cached.getFirst());
      wanted--;
    }
    if (wanted > 0) {
      idle.stream().filter(page -> page.copy() != null).limit(wanted).toList().forEach(this::evict);
    }
  }

  /** Idle pages that cannot be read back, least recently pinned first. */
  public List<Page> unsaved() {
    return idle.stream().filter(page -> page.copy() == null).toList();
  }

  /**
   * Takes the frame of a page that is not pinned.
   *
   * @throws IllegalStateException if it is pinned, has none, or would be lost
   */
  public void evict(Page page) {
    if (!isEvictable(page)) {
      throw new IllegalStateException(
          "page " + page.key() + " is pinned, not in memory, or would be lost");
    }
    cached.remove(page);
    idle.remove(page);
    freeFrame(page);
    forgetIfUseless(page);
  }

  /** Whether the frame of {@code page} may be taken. */
  public boolean isEvictable(Page page) {
    return page.isResident()
        && page.pins() == 0
        && (page.copy() != null || !page.isIrreplaceable());
  }

  /** Gives an absent page a free frame, to be filled and then reported by {@link #loaded}. */
  public void beginLoading(Page page) {
    if (page.hasFrame()) {
      throw new IllegalStateException("page " + page.key() + " is in memory, or on its way there");
    }
    giveFrame(page, pool.allocate(), true);
  }

  /** The frame of a page is filled. */
  public void loaded(Page page) {
    requireLoading(page);
    page.setFrame(page.frame(), false);
    if (page.pins() == 0) {
      offer(page);
    }
    forgetSpilledIfUseless(page);
  }

  /** The frame of a page will not be filled. */
  public void abandonLoading(Page page) {
    requireLoading(page);
    freeFrame(page);
    forgetSpilledIfUseless(page);
    forgetIfUseless(page);
  }

  private static void requireLoading(Page page) {
    if (!page.isLoading()) {
      throw new IllegalStateException("page " + page.key() + " is not being loaded");
    }
  }

  /** A slot stays as it is while somebody may be reading it, even if it is not wanted any more. */
  private static void forgetSpilledIfUseless(Page page) {
    if (page.holders() == 0 || page.stored() != null) {
      forgetSpilled(page);
    }
  }

  /** A page was written to the spill file. */
  public void spilled(Page page, SpillFile.Slot slot) {
    if (page.holders() == 0 || page.copy() != null) {
      slot.release();
    } else {
      page.setSpilled(slot);
    }
  }

  /** A page was written to a snapshot, or is part of one. */
  public void stored(Page page, PageCopy copy) {
    if (page.holders() > 0) {
      page.setStored(copy);
      if (!page.isLoading()) {
        forgetSpilled(page);
      }
    }
  }

  /** A copy turned out to be damaged. */
  public void damaged(Page page, PageCopy copy) {
    if (copy.equals(page.spilled())) {
      forgetSpilled(page);
    } else if (copy.equals(page.stored())) {
      page.setStored(null);
    }
  }

  /**
   * Takes the frame of a page that only the caller pins, for the caller to change what is in it.
   * Who else holds the page reads it back or computes it again.
   */
  int takeOver(Page page) {
    if (page.pins() != 1) {
      throw new IllegalStateException("page " + page.key() + " is pinned by others");
    }
    int frame = page.takeFrame();
    pageOfFrame[frame] = null;
    return frame;
  }

  private void giveFrame(Page page, int frame, boolean loading) {
    page.setFrame(frame, loading);
    pageOfFrame[frame] = page;
    if (!loading && page.pins() == 0) {
      offer(page);
    }
  }

  private void freeFrame(Page page) {
    int frame = page.takeFrame();
    pageOfFrame[frame] = null;
    pool.release(frame);
  }

  private static void forgetSpilled(Page page) {
    SpillFile.Slot slot = page.spilled();
    if (slot != null) {
      page.setSpilled(null);
      slot.release();
    }
  }

  /** The pages that come first in a context. */
  Collection<Page> roots() {
    return roots.values();
  }

  boolean isFound(Page page) {
    return inTree(page.parent(), page.key()) == page;
  }

  /** Sealed pages that lie in a frame, complete or being loaded. */
  List<Page> pagesWithFrame() {
    List<Page> pages = new ArrayList<>();
    for (Page page : pageOfFrame) {
      if (page != null) {
        pages.add(page);
      }
    }
    return pages;
  }

  Collection<Page> cachedPages() {
    return cached;
  }

  Collection<Page> idlePages() {
    return idle;
  }

  boolean isCached(Page page) {
    return cached.contains(page);
  }

  boolean isIdle(Page page) {
    return idle.contains(page);
  }

  /**
   * Asserts the laws of pages.
   *
   * @param tables every page table there is
   * @throws IllegalStateException naming what is wrong
   */
  public void check(Collection<PageTable> tables) {
    new PageLaws(this, tables).check();
  }
}
