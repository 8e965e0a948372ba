package dev.bourse.kv.snapshot;

import java.util.List;

/**
 * A snapshot that was opened: it can be read until its store is closed, whatever happens to its
 * name.
 */
public final class StoredSnapshot {
  private final SnapshotManifest manifest;
  private final List<StoredPage> pages;

  StoredSnapshot(SnapshotManifest manifest, List<StoredPage> pages) {
    this.manifest = manifest;
    this.pages = List.copyOf(pages);
  }

  public SnapshotManifest manifest() {
    return manifest;
  }

  /**
   * The pages that are not dropped, in order. One whose segment is missing or damaged fails when it
   * is read.
   */
  public List<StoredPage> pages() {
    return pages;
  }

  /** Whether all segments are there. */
  boolean isWhole() {
    return pages.stream().noneMatch(page -> page.segment().isMissing());
  }
}
