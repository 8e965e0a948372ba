package dev.bourse.engine;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.Lineage;
import dev.bourse.kv.Page;
import dev.bourse.kv.PageCache;
import dev.bourse.kv.PageContent;
import dev.bourse.kv.PageTable;
import dev.bourse.kv.snapshot.Fingerprint;
import dev.bourse.kv.snapshot.LineageRun;
import dev.bourse.kv.snapshot.RowMask;
import dev.bourse.kv.snapshot.SnapshotManifest;
import dev.bourse.kv.snapshot.StoredPage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** From page tables to manifests, and back. */
final class SnapshotManifests {
  private SnapshotManifests() {}

  /** What is to be known of a table besides the bytes of its pages. */
  static SnapshotManifest of(
      PageTable table, AttentionWindow window, Fingerprint fingerprint, SaveOptions options) {
    List<Page> pages = table.sealedPages();
    int length = table.length();
    int[] tokens = new int[length];
    int[] positions = new int[length];
    List<RowMask> masks = new ArrayList<>();
    List<LineageRun> lineages = new ArrayList<>();
    for (int slot = 0; slot < length; slot++) {
      PageContent content = pages.get(slot / table.pageTokens()).content();
      int row = slot % table.pageTokens();
      tokens[slot] = content.token(row);
      positions[slot] = content.position(row);
      int[] mask = content.mask(row);
      if (mask != null) {
        masks.add(new RowMask(slot, mask));
      }
    }
    for (Page page : pages) {
      String name = page.lineage().name();
      boolean goesOn = !lineages.isEmpty() && lineages.getLast().name().equals(name);
      int before = goesOn ? lineages.removeLast().pages() : 0;
      lineages.add(new LineageRun(name, before + 1));
    }
    Instant now = Instant.now();
    return new SnapshotManifest(
        now,
        options.timeToLive().map(now::plus),
        fingerprint.withAdapter(AdapterRuns.of(pages, table.pageTokens(), length).text()),
        tokens,
        positions,
        masks,
        table.committedPages(),
        table.pageCount() - pages.size(),
        lineages,
        table.dropped(),
        window.saved(),
        options.contextManifest(),
        options.grants());
  }

  /** Frames that a context with the rows of a manifest needs, in pages of this layout. */
  static long footprint(SnapshotManifest manifest, KvLayout layout) {
    long savedTokens = manifest.fingerprint().layout().pageTokens();
    long reserved = Math.ceilDiv(manifest.reservedPages() * savedTokens, layout.pageTokens());
    // Pages are dropped only where the layouts are the same.
    return layout.pagesFor(manifest.tokens().length)
        - (manifest.pages() - manifest.storedPages())
        + reserved;
  }

  /** The pages that are stored: all but the dropped ones. */
  static List<Page> storedPages(PageTable table) {
    List<Page> pages = table.sealedPages();
    List<Page> stored = new ArrayList<>();
    for (int i = 0; i < pages.size(); i++) {
      if (!table.isDropped(i, 1)) {
        stored.add(pages.get(i));
      }
    }
    return stored;
  }

  /**
   * A suspended table with the rows of a manifest. Pages that are in memory are used as they are;
   * those on disk are known to be there if they are what the rows demand; others will be computed.
   */
  static PageTable table(
      PageCache cache, Lineage lineage, SnapshotManifest manifest, List<StoredPage> stored) {
    KvLayout layout = cache.pool().layout();
    boolean samePages = ModelIdentity.samePages(manifest.fingerprint(), layout);
    List<Page> full = new ArrayList<>();
    Page parent = null;
    ManifestRows rows = new ManifestRows(manifest);
    int length = rows.length();
    for (int page = 0; page < layout.pagesFor(length); page++) {
      Lineage saved = cache.lineage(rows.lineageAt(page * layout.pageTokens()));
      parent = cache.intern(parent, saved, rows.page(page, layout.pageTokens()));
      full.add(parent);
    }
    int tailRows = length % layout.pageTokens();
    Page tail = tailRows == 0 ? null : full.removeLast();
    int oldTokens = manifest.fingerprint().layout().pageTokens();
    int pages = full.size() + (tail == null ? 0 : 1);
    long reserved = Math.ceilDiv((long) manifest.reservedPages() * oldTokens, layout.pageTokens());
    PageTable table =
        PageTable.of(
            cache,
            lineage,
            full,
            tail,
            tailRows,
            manifest.dropped(),
            manifest.committedPages() * oldTokens / layout.pageTokens(),
            Math.toIntExact(Math.min(Integer.MAX_VALUE / layout.pageTokens(), pages + reserved)));
    if (samePages) {
      Iterator<StoredPage> copies = stored.iterator();
      for (Page page : storedPages(table)) {
        StoredPage copy = copies.next();
        if (copy.key().equals(page.key()) && page.copy() == null) {
          cache.stored(page, copy);
        }
      }
    }
    return table;
  }
}
