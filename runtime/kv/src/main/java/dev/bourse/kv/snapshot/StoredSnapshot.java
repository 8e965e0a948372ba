package dev.bourse.kv.snapshot;

import java.io.IOException;
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

  /** Whether all segments are open. */
  boolean isWhole() {
    return pages.stream().allMatch(page -> page.segment().isOpen());
  }

  /** Fails where a segment is there and could not be opened. */
  void requireNoFailure() throws IOException {
    for (StoredPage page : pages) {
      page.segment().requireNoFailure();
    }
  }
}
