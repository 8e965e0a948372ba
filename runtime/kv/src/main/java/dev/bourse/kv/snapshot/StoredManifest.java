package dev.bourse.kv.snapshot;

import dev.bourse.kv.PageKey;
import java.util.ArrayList;
import java.util.List;

/**
 * A manifest and its pages as a file lists them, column by column. In the folder every page has a
 * key, a checksum and a place; in an archive only a checksum.
 *
 * @param manifest of the snapshot
 * @param checksums of the stored pages, in order
 * @param keys of the stored pages, in order, or none
 * @param runs where the stored pages lie, in order, or none
 */
record StoredManifest(
    SnapshotManifest manifest, List<Long> checksums, List<PageKey> keys, List<PageRun> runs) {
  StoredManifest {
    checksums = List.copyOf(checksums);
    keys = List.copyOf(keys);
    runs = List.copyOf(runs);
  }

  /** A manifest of the folder. */
  static StoredManifest of(SnapshotManifest manifest, List<PageEntry> pages) {
    List<PageRef> refs = pages.stream().map(PageEntry::ref).toList();
    return new StoredManifest(
        manifest,
        pages.stream().map(PageEntry::checksum).toList(),
        pages.stream().map(PageEntry::key).toList(),
        PageRun.of(refs, manifest.fingerprint().layout().pageBytes()));
  }

  long pageBytes() {
    return manifest.fingerprint().layout().pageBytes();
  }

  StoredManifest with(SnapshotManifest other) {
    return new StoredManifest(other, checksums, keys, runs);
  }

  List<PageEntry> pages() {
    List<PageRef> refs = PageRun.expand(runs, pageBytes());
    List<PageEntry> pages = new ArrayList<>(refs.size());
    for (int i = 0; i < refs.size(); i++) {
      pages.add(new PageEntry(keys.get(i), checksums.get(i), refs.get(i)));
    }
    return pages;
  }
}
