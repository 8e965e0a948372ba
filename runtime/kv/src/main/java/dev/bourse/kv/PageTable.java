package dev.bourse.kv;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one context, in order: first the sealed ones, immutable and shared with whoever has
 * the same prefix, then those of its own, which still change.
 *
 * <p>Slot {@code i} of the context lies in page {@code i / pageTokens}. Slots are filled in order;
 * the first {@link #length()} hold a row. A page is sealed once it is full and {@linkplain
 * #computed() computed}. The guest's view is another: it <em>commits</em> pages, and what is
 * committed cannot be truncated. A working page may well be sealed; truncating into it makes it the
 * {@code source} that the next own page is copied from.
 *
 * <p>A table is <em>pinned</em>, so that its sealed pages stay in memory, or suspended. It is
 * {@linkplain #isWhole() whole}, and rows can be appended, if it is pinned, all its sealed pages
 * are in memory, and it has a frame for every page it reserved. What it lacks for that is told by
 * {@link #absentPages()} and {@link #missingFrames()}, and given by {@link #complete()}.
 *
 * <p>Operations that need frames never wait: the caller asks {@link PagePool#freeCount()} first.
 */
public final class PageTable {
  private final PageCache cache;
  private final PagePool pool;
  private final Lineage lineage;
  private final int pageTokens;

  private final SealedPages sealed;

  /** The rows after the sealed pages. */
  private final Rows rows = new Rows();

  /** How many of them, from the last on, are appended and not yet computed. */
  private int pending;

  /** Of the pages after the sealed ones, those without rows included. */
  private final OwnFrames frames;

  private int pages;
  private int committed;
  private int highestCommittedPosition = -1;

  /**
   * An empty table, pinned.
   *
   * @param lineage of the pages that are computed here
   */
  public PageTable(PageCache cache, Lineage lineage) {
    this(cache, lineage, new SealedPages(cache));
  }

  private PageTable(PageCache cache, Lineage lineage, SealedPages sealed) {
    this.sealed = sealed;
    this.frames = new OwnFrames(cache.pool());
    this.cache = cache;
    this.pool = cache.pool();
    this.lineage = lineage;
    this.pageTokens = pool.layout().pageTokens();
  }

  /**
   * A suspended table over known pages. Their positions are not compared: whoever committed them
   * did.
   *
   * @param full its full pages in order, each the parent of the next
   * @param tail the page after them that the first own rows are copied from, or null
   * @param tailRows how many rows of {@code tail} there are
   * @param dropped pages that no row sees
   * @param committed pages of {@code full} that are committed
   * @param pages pages it reserves, those with rows included
   * @throws IllegalArgumentException if these do not fit each other
   */
  public static PageTable of(
      PageCache cache,
      Lineage lineage,
      List<Page> full,
      @Nullable Page tail,
      int tailRows,
      List<PageRange> dropped,
      int committed,
      int pages) {
    requireSequence(full, tail, tailRows, cache.pool().layout().pageTokens());
    int used = full.size() + (tail == null ? 0 : 1);
    int droppedEnd = dropped.isEmpty() ? 0 : dropped.getLast().end();
    if (committed < 0 || committed > full.size() || droppedEnd > full.size() || pages < used) {
      throw new IllegalArgumentException(
          full.size()
              + " full pages, "
              + used
              + " with rows, cannot be those of a table with "
              + pages
              + " pages, "
              + committed
              + " of them committed, and dropped ones up to "
              + droppedEnd);
    }
    PageTable table = new PageTable(cache, lineage, SealedPages.of(cache, full, tail, dropped));
    if (tail != null) {
      table.rows.add(tail.content(), tailRows);
    }
    table.pages = pages;
    table.committed = committed;
    for (Page page : full.subList(0, committed)) {
      table.highestCommittedPosition =
          Math.max(table.highestCommittedPosition, page.content().highestPosition());
    }
    return table;
  }

  private static void requireSequence(
      List<Page> full, @Nullable Page tail, int tailRows, int pageTokens) {
    Page previous = null;
    for (Page page : full) {
      if (page.parent() != previous || page.content().length() != pageTokens) {
        throw new IllegalArgumentException("page " + page.key() + " is partly filled, or astray");
      }
      previous = page;
    }
    if (tail == null
        ? tailRows != 0
        : tail.parent() != previous || tailRows < 1 || tailRows > tail.content().length()) {
      throw new IllegalArgumentException(
          tailRows + " rows cannot be taken from the page after the full ones");
    }
  }

  // What there is.

  /** Slots that hold a row. */
  public int length() {
    return sealed.count() * pageTokens + rows.count();
  }

  /** Of these, those that are appended and not yet {@linkplain #computed() computed}. */
  public int pendingTokens() {
    return pending;
  }

  /** Slots there are, used or not. */
  public int capacity() {
    return pages * pageTokens;
  }

  public int pageTokens() {
    return pageTokens;
  }

  public Lineage lineage() {
    return lineage;
  }

  public int committedPages() {
    return committed;
  }

  public int workingPages() {
    return pages - committed;
  }

  /** Committed and working pages. */
  public int pageCount() {
    return pages;
  }

  /** Rows in the working pages. */
  public int workingTokens() {
    return length() - committed * pageTokens;
  }

  /** Rows that can be removed: those after the committed and the dropped pages. */
  public int removableTokens() {
    return length() - fixedPages() * pageTokens;
  }

  /** Working pages that can be given back: those after the dropped ones. */
  public int releasablePages() {
    return pages - fixedPages();
  }

  /** Pages up to the last that is committed or dropped. */
  private int fixedPages() {
    return dropped().isEmpty() ? committed : Math.max(committed, dropped().getLast().end());
  }

  /** Pages that no row sees any more, in order. */
  public List<PageRange> dropped() {
    return sealed.dropped();
  }

  /** Whether its last rows are only some of those of a page that others may have. */
  public boolean sharesTail() {
    Page source = sealed.source();
    return source != null && source.content().length() > rows.count();
  }

  /** Full pages that are computed. */
  public int fullPages() {
    return sealed.count();
  }

  /** Whether all of these pages are dropped. */
  public boolean isDropped(int first, int count) {
    return dropped().stream()
        .anyMatch(range -> range.first() <= first && first + count <= range.end());
  }

  /** The first page from {@code index} on that is not dropped. */
  public int firstUndropped(int index) {
    return dropped().stream()
        .filter(range -> range.first() <= index && index < range.end())
        .mapToInt(PageRange::end)
        .findAny()
        .orElse(index);
  }

  /** Frames it takes to make it whole, shared ones included. */
  public int footprint() {
    int held = pages;
    List<PageRange> dropped = dropped();
    for (int i = 0; i < dropped.size(); i++) {
      held -= dropped.get(i).count();
    }
    return held;
  }

  /** The sealed pages in order, the dropped ones too, and at last the source, if there is one. */
  public List<Page> sealedPages() {
    return sealed.list();
  }

  /** What row {@code slot} was computed from; takes time in proportion to the length. */
  public int token(int slot) {
    requireIndex("slot", slot, length());
    int own = slot - sealed.count() * pageTokens;
    return own >= 0 ? rows.token(own) : sealed.content(slot / pageTokens).token(slot % pageTokens);
  }

  /** The position of row {@code slot}; takes time in proportion to the length. */
  public int position(int slot) {
    requireIndex("slot", slot, length());
    int own = slot - sealed.count() * pageTokens;
    return own >= 0
        ? rows.position(own)
        : sealed.content(slot / pageTokens).position(slot % pageTokens);
  }

  /**
   * The tokens of the last {@code count} rows, or of all if there are fewer; takes time in
   * proportion to their number.
   */
  public int[] lastTokens(int count) {
    int[] tokens = new int[Math.min(count, length())];
    int first = length() - tokens.length;
    int firstPage = Math.min(first / pageTokens, sealed.count());
    List<Page> full = sealed.fullPages(firstPage);
    for (int i = 0; i < tokens.length; i++) {
      int slot = first + i;
      int own = slot - sealed.count() * pageTokens;
      tokens[i] =
          own >= 0
              ? rows.token(own)
              : full.get(slot / pageTokens - firstPage).content().token(slot % pageTokens);
    }
    return tokens;
  }

  /** All rows, in order. */
  public PageContent content() {
    Rows all = new Rows();
    for (Page page : sealed.fullPages(0)) {
      all.add(page.content(), pageTokens);
    }
    all.add(rows.first(rows.count()), rows.count());
    return all.first(all.count());
  }

  /**
   * The frames of all pages in order, in {@code to} or, where it is too short, in a longer array. A
   * dropped page, which no row sees, has the frame of the last page.
   *
   * @throws IllegalStateException if the table is not whole
   */
  public int[] copyFrames(int[] to) {
    requireWhole();
    int[] target = to.length >= pages ? to : new int[Math.max(pages, 2 * to.length)];
    System.arraycopy(sealed.frames(), 0, target, 0, sealed.count());
    frames.copyTo(target, sealed.count());
    for (PageRange range : dropped()) {
      Arrays.fill(target, range.first(), range.end(), target[pages - 1]);
    }
    return target;
  }

  // The guest's operations.

  /**
   * Adds {@code count} working pages; to a suspended table without frames.
   *
   * @throws IllegalStateException if fewer frames are free
   */
  public void reserve(int count) {
    int available = isPinned() ? pool.freeCount() : Integer.MAX_VALUE;
    requireCount("reserve", count, available, "free frames");
    pages += count;
    if (isPinned()) {
      frames.allocate(count);
    }
  }

  /**
   * Gives back the last {@code count} working pages, with the rows in them.
   *
   * @throws IllegalStateException if that is more than {@link #releasablePages()}
   */
  public void releaseWorking(int count) {
    requireCount("release", count, releasablePages(), "pages after the fixed ones");
    int left = (pages - count) * pageTokens;
    if (left < length()) {
      cut(left);
    }
    pages -= count;
    frames.keep(Math.min(frames.count(), pages - sealed.count()));
  }

  /**
   * Removes the last {@code count} rows from the working pages; the pages stay reserved.
   *
   * @throws IllegalStateException if that is more than {@link #removableTokens()}
   */
  public void truncate(int count) {
    requireCount("truncate", count, removableTokens(), "rows after the fixed pages");
    cut(length() - count);
  }

  /**
   * Makes the first {@code count} working pages the guest's for ever.
   *
   * @throws IllegalStateException if one is not full, or if its positions do not lie after every
   *     committed one
   */
  public void commit(int count) {
    requireCount("commit", count, workingPages(), "working pages");
    int end = committed + count;
    if (end > sealed.count()) {
      throw new IllegalStateException(
          "cannot commit "
              + count
              + " pages: "
              + workingTokens()
              + " working tokens fill only "
              + (sealed.count() - committed));
    }
    int highest = highestCommittedPosition;
    for (Page page : sealed.fullPages(committed).subList(0, count)) {
      highest = Math.max(highest, requireLaterPositions(page.content()));
    }
    highestCommittedPosition = highest;
    committed = end;
  }

  private int requireLaterPositions(PageContent content) {
    for (int row = 0; row < content.length(); row++) {
      if (content.position(row) <= highestCommittedPosition) {
        throw new IllegalStateException(
            "cannot commit position "
                + content.position(row)
                + ": position "
                + highestCommittedPosition
                + " is committed");
      }
    }
    return content.highestPosition();
  }

  /**
   * Drops full pages that no later row will see: they keep their slots, and no longer need memory.
   * What comes before their end cannot be truncated any more, and the pages after them cannot be
   * computed again.
   *
   * @throws IllegalStateException if one of them is not sealed, or the table is not whole: pages
   *     that would be lost must be in memory
   */
  public void drop(int first, int count) {
    requireWhole();
    requireNonePending();
    if (first < 0 || count < 1 || count > sealed.count() - first) {
      throw new IllegalStateException(
          "cannot drop "
              + count
              + " pages from page "
              + first
              + " on: "
              + sealed.count()
              + " are full");
    }
    sealed.drop(first, first + count);
  }

  /**
   * A table with the same contents, that shares every sealed page. Its own frames, and one for this
   * table if a page was partly filled, are still {@linkplain #missingFrames() missing}.
   *
   * <p>Takes the same time whatever the length.
   */
  public PageTable fork() {
    freeze();
    PageTable fork = new PageTable(cache, lineage, sealed.share());
    fork.rows.add(rows.first(rows.count()), rows.count());
    fork.pages = pages;
    fork.committed = committed;
    fork.highestCommittedPosition = highestCommittedPosition;
    return fork;
  }

  /** Seals a partly filled page, so that it can be found when this table is gone. */
  public void keepTail() {
    if (rows.count() < pageTokens) {
      freeze();
    }
  }

  /** Gives back everything; the table is empty afterwards. */
  public void release() {
    sealed.release();
    frames.keep(0);
    rows.keep(0);
    pending = 0;
    pages = 0;
    committed = 0;
    highestCommittedPosition = -1;
  }

  // Computing.

  /**
   * Adds a row; its keys and values are written by the forward pass that follows.
   *
   * @param mask normalized as {@link PageContent} says, or null
   * @return the slot
   * @throws IllegalStateException if the reserved pages are full, the table is not whole, or the
   *     row sees a dropped page
   */
  public int append(int token, int position, int @Nullable [] mask) {
    return append(token, position, mask, null);
  }

  /**
   * As {@link #append(int, int, int[])}, for a row that is computed with an adapter.
   *
   * @param adapter the digest of the adapter it is computed with, or null for the model alone
   */
  public int append(int token, int position, int @Nullable [] mask, @Nullable String adapter) {
    requireWhole();
    int slot = length();
    if (slot == capacity()) {
      throw new IllegalStateException(
          "the context is full at " + slot + " tokens: reserve working pages first");
    }
    requireNotSeen(dropped(), mask);
    rows.add(token, position, mask, adapter);
    pending++;
    return slot;
  }

  private void requireNotSeen(List<PageRange> hidden, int @Nullable [] mask) {
    for (PageRange range : hidden) {
      if (RowMasks.sees(mask, range.first() * pageTokens, range.end() * pageTokens)) {
        throw new IllegalStateException(
            "the row sees pages that are dropped, from page "
                + range.first()
                + " up to page "
                + (range.end() - 1));
      }
    }
  }

  /** Everything appended is computed: full pages are sealed. */
  public void computed() {
    pending = 0;
    while (rows.count() >= pageTokens) {
      Page page = cache.seal(sealed.last(), lineage, rows.first(pageTokens), frames.removeFirst());
      sealed.add(page);
      rows.removeFirst(pageTokens);
    }
  }

  /**
   * The key of the page that {@code wanted} goes on to fill, or null if the rows do not fill it.
   * Contexts with the same next page need not compute it both.
   */
  public @Nullable PageKey nextPage(RowSource wanted, int from, int end) {
    int own = rows.count();
    long last = (long) from + pageTokens - own;
    return last > end
        ? null
        : cache.key(sealed.last(), lineage, rows.followedBy(own, wanted, from, (int) last));
  }

  /**
   * Takes over rows that were computed before, by anybody of the same lineage: whole pages are
   * shared, the beginning of one is copied.
   *
   * <p>A page that is known and can be read back is taken as well; then the table is not whole.
   *
   * @param from the first row wanted
   * @param end behind the last
   * @return how many rows it found, from {@code from} on
   */
  public int reuse(RowSource wanted, int from, int end) {
    requireWhole();
    requireNonePending();
    int next = from;
    while (end - next >= pageTokens - rows.count() && sealed.count() < pages) {
      int last = next + pageTokens - rows.count();
      PageContent content = rows.followedBy(rows.count(), wanted, next, last);
      Page page = cache.find(sealed.last(), lineage, content);
      if (page == null || !(page.isResident() || page.copy() != null)) {
        break;
      }
      pool.release(frames.removeFirst());
      sealed.add(page);
      rows.keep(0);
      next = last;
    }
    if (sealed.isResident() && sealed.count() < pages) {
      next += copyBeginning(wanted, next, end);
    }
    return next - from;
  }

  private int copyBeginning(RowSource wanted, int from, int end) {
    int own = rows.count();
    int last = (int) Math.min(end, (long) from + pageTokens - own);
    if (last == from) {
      return 0;
    }
    PageContent content = rows.followedBy(own, wanted, from, last);
    Page page = cache.longestMatch(sealed.last(), lineage, content);
    int common = page == null ? 0 : page.content().commonRows(content);
    if (page == null || common <= own) {
      return 0;
    }
    // The rows that are here already are the same there, to the bit.
    pool.copy(page.frame(), frames.first());
    for (int row = own; row < common; row++) {
      rows.add(content.token(row), content.position(row), content.mask(row), content.adapter(row));
    }
    return common - own;
  }

  // Memory.

  /** Whether rows can be appended. */
  public boolean isWhole() {
    return isPinned()
        && sealed.isResident()
        && sealed.source() == null
        && frames.count() == pages - sealed.count();
  }

  /** Whether its sealed pages are kept in memory. */
  public boolean isPinned() {
    return sealed.isPinned();
  }

  /** Gives up the claim to memory; all is kept that is needed to have it back. */
  public void suspend() {
    freeze();
    sealed.unpin();
    frames.keep(0);
  }

  /** Claims memory again: what of its pages is in memory now, stays there. */
  public void pin() {
    sealed.pin();
  }

  /** Pages it needs that are not in memory, or not yet, in order. */
  public List<Page> absentPages() {
    return isPinned() && sealed.isResident() ? List.of() : sealed.absent();
  }

  /**
   * Frames that it lacks at least. If that leaves no room to copy its source, the frame is taken
   * over from suspended tables that share it; they read it back or compute it again.
   */
  public int missingFrames() {
    int missing = lackingFrames();
    return missing > 0 && (sealed.isSourceExclusive() || sealed.isSourceReplaceable())
        ? missing - 1
        : missing;
  }

  /** One if a further frame leaves its source to those who share it, else zero. */
  public int spareFrames() {
    return footprint() < pool.pageCount() && !sealed.isSourceExclusive()
        ? lackingFrames() - missingFrames()
        : 0;
  }

  private int lackingFrames() {
    return pages - sealed.count() - frames.count();
  }

  /** Frames it needs at once to become whole, if nobody else pins what it shares. */
  public int peakFrames() {
    return footprint() + (keptSource() == null ? 0 : 1);
  }

  /** Its source, if that would be lost for others who share it when its frame is taken over. */
  public @Nullable Page keptSource() {
    Page source = sealed.source();
    return source != null
            && !sealed.isSourceExclusive()
            && source.copy() == null
            && source.isIrreplaceable()
        ? source
        : null;
  }

  /** The last entry of its sealed pages. */
  @Nullable Link lastEntry() {
    return sealed.end();
  }

  /** Frames that only this table has. */
  public int ownFrameCount() {
    return frames.count();
  }

  /**
   * Takes the frames that it lacks, and the spare one if that is free.
   *
   * @throws IllegalStateException if fewer than {@link #missingFrames()} are free
   */
  public void supply() {
    int missing = missingFrames();
    int free = pool.freeCount();
    requireCount("take", missing, free, "free frames");
    frames.allocate(Math.min(missing + spareFrames(), free));
  }

  /**
   * Makes the table whole, once its pages are in memory and its frames {@linkplain #supply()
   * supplied}.
   *
   * @throws IllegalStateException if one is not
   */
  public void complete() {
    if (!isPinned() || missingFrames() > 0 || !sealed.becomeResident()) {
      throw new IllegalStateException("not everything that the table needs is in memory");
    }
    Page source = sealed.source();
    if (source != null) {
      boolean spare = frames.count() == pages - sealed.count();
      int frame;
      if (spare && !sealed.isSourceExclusive()) {
        frame = frames.removeLast();
        pool.copy(source.frame(), frame);
      } else {
        frame = cache.takeOver(source);
        frames.keep(frames.count() - (spare ? 1 : 0));
      }
      sealed.setSource(null);
      frames.addFirst(frame);
    }
  }

  /**
   * The frames of all sealed pages in order, and of the source after them: for computing again
   * those that are being loaded. A page without a frame, or dropped, has that of another.
   */
  public int[] framesWhileLoading() {
    List<Page> list = sealed.list();
    int[] known =
        IntStream.range(0, list.size())
            .map(i -> list.get(i).hasFrame() && !isDropped(i, 1) ? list.get(i).frame() : -1)
            .toArray();
    int any = Arrays.stream(known).filter(frame -> frame >= 0).findAny().orElse(0);
    return Arrays.stream(known).map(frame -> frame >= 0 ? frame : any).toArray();
  }

  // For the laws.

  SealedPages sealed() {
    return sealed;
  }

  int[] ownFrames() {
    return frames.toArray();
  }

  // Inside.

  /** Seals a partly filled page, so that it can be shared. */
  private void freeze() {
    requireNonePending();
    if (rows.count() > 0 && sealed.source() == null) {
      PageContent content = rows.first(rows.count());
      sealed.setSource(cache.seal(sealed.last(), lineage, content, frames.removeFirst()));
    }
  }

  /** Forgets all rows but the first {@code length}. */
  private void cut(int length) {
    pending = Math.max(0, pending - (length() - length));
    int own = length - sealed.count() * pageTokens;
    if (own >= 0) {
      rows.keep(own);
      if (own == 0 && sealed.source() != null) {
        sealed.setSource(null);
      }
      return;
    }
    int kept = length / pageTokens;
    int rest = length % pageTokens;
    rows.keep(0);
    if (rest > 0) {
      rows.add(sealed.content(kept), rest);
    }
    sealed.cut(kept, rest > 0);
  }

  private void requireWhole() {
    if (!isWhole()) {
      throw new IllegalStateException(
          "the table is not whole: it lacks "
              + missingFrames()
              + " frames and "
              + absentPages().size()
              + " pages, or nobody has completed it");
    }
  }

  private static void requireIndex(String what, int index, int count) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException(what + " " + index + " of " + count);
    }
  }

  private void requireNonePending() {
    if (pending > 0) {
      throw new IllegalStateException(pending + " rows of the table are still being computed");
    }
  }

  private static void requireCount(String what, int count, int available, String ofWhat) {
    if (count < 0 || count > available) {
      throw new IllegalStateException(
          "cannot " + what + " " + count + ": there are " + available + " " + ofWhat);
    }
  }
}
