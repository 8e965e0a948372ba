package dev.bourse.server.snapshots;

import dev.bourse.kv.PageKey;
import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotInfo;
import dev.bourse.kv.snapshot.SnapshotManifest;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoredPage;
import dev.bourse.kv.snapshot.StoredSnapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All there is to know about a snapshot, as JSON as well.
 *
 * @param snapshot what a list shows
 * @param manifest everything but the bytes of the pages; empty if it is damaged
 * @param sharing other snapshots that have pages of this one
 * @param text what its tokens say, if the model is at hand
 * @param verification of the pages, if it was asked for
 */
record SnapshotDetails(
    SnapshotEntry snapshot,
    Optional<SnapshotManifest> manifest,
    List<Sharing> sharing,
    Optional<String> text,
    Optional<Verification> verification) {

  /**
   * Another snapshot with pages of this one.
   *
   * @param user whose it is
   * @param name its name
   * @param pages that both have
   * @param bytes of them
   */
  record Sharing(String user, String name, int pages, long bytes) {}

  /** What is known without reading a page. */
  static SnapshotDetails of(SnapshotStore store, SnapshotInfo info) throws SnapshotException {
    Optional<StoredSnapshot> opened = opened(store, info.name());
    return new SnapshotDetails(
        SnapshotEntry.of(info),
        opened.map(StoredSnapshot::manifest),
        opened.isEmpty() ? List.of() : sharing(store, info.name(), opened.get()),
        Optional.empty(),
        Optional.empty());
  }

  SnapshotDetails withText(Optional<String> newText) {
    return new SnapshotDetails(snapshot, manifest, sharing, newText, verification);
  }

  SnapshotDetails withVerification(Verification newVerification) {
    return new SnapshotDetails(snapshot, manifest, sharing, text, Optional.of(newVerification));
  }

  /** A damaged manifest is what a person asks about, and no reason to say nothing. */
  private static Optional<StoredSnapshot> opened(SnapshotStore store, SnapshotName name)
      throws SnapshotException {
    try {
      return Optional.of(store.open(name));
    } catch (SnapshotException e) {
      return switch (e.reason()) {
        case DAMAGED, NOT_FOUND -> Optional.empty();
        case EXISTS, LIMIT, IO -> throw e;
      };
    }
  }

  private static List<Sharing> sharing(
      SnapshotStore store, SnapshotName name, StoredSnapshot snapshot) throws SnapshotException {
    Set<PageKey> keys = new HashSet<>();
    snapshot.pages().forEach(page -> keys.add(page.key()));
    List<Sharing> sharing = new ArrayList<>();
    for (String user : store.users()) {
      for (SnapshotInfo other : store.list(user)) {
        if (other.sharedBytes() > 0 && !other.name().equals(name)) {
          List<StoredPage> shared =
              opened(store, other.name()).map(StoredSnapshot::pages).orElse(List.of()).stream()
                  .filter(page -> keys.contains(page.key()))
                  .toList();
          if (!shared.isEmpty()) {
            long bytes = shared.stream().mapToLong(StoredPage::bytes).sum();
            sharing.add(new Sharing(user, other.name().name(), shared.size(), bytes));
          }
        }
      }
    }
    return sharing;
  }
}
