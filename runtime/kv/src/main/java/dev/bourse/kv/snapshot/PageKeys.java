package dev.bourse.kv.snapshot;

import dev.bourse.kv.PageKey;
import java.util.List;

/**
 * Derives the keys of a snapshot's pages. The store keeps keys but does not know what they are made
 * of; an import needs new ones, because imported pages have a lineage of their own.
 */
@FunctionalInterface
public interface PageKeys {
  /**
   * One key for each page of the snapshot that is not dropped, in order.
   *
   * @throws IllegalArgumentException if the manifest makes no sense
   */
  List<PageKey> of(SnapshotManifest manifest);
}
