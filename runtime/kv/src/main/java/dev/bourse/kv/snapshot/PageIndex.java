package dev.bourse.kv.snapshot;

import dev.bourse.kv.PageKey;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which pages are on disk, from the headers of the segments: read when a page is first looked for,
 * and again, as far as they are new, when somebody else has changed the folder. Used with the
 * folder's lock held.
 */
final class PageIndex {
  private final StoreFolder folder;
  private final OpenSegments segments;
  private final Map<PageKey, PageEntry> entries = new HashMap<>();
  private final Set<String> known = new HashSet<>();
  private final Map<String, Long> sizes = new HashMap<>();
  private boolean current;

  PageIndex(StoreFolder folder, OpenSegments segments) {
    this.folder = folder;
    this.segments = segments;
  }

  /** Begins an operation: what it sees of the files does not change until its end. */
  void begin() {
    sizes.clear();
  }

  /** Segments may have come or gone. */
  void outdated() {
    current = false;
  }

  void add(List<PageEntry> written) {
    for (PageEntry entry : written) {
      entries.put(entry.key(), entry);
      known.add(entry.ref().segment());
      sizes.remove(entry.ref().segment());
    }
  }

  /**
   * A page with this key, and with these contents: a key is not taken on trust, the page may be
   * somebody else's.
   */
  Optional<PageEntry> find(PageKey key, long checksum, long pageBytes) throws IOException {
    if (!current) {
      update();
    }
    PageEntry entry = entries.get(key);
    return entry != null && entry.checksum() == checksum && isOnDisk(entry, pageBytes)
        ? Optional.of(entry)
        : Optional.empty();
  }

  /** Whether a page can be referred to where it is. */
  boolean isOnDisk(PageEntry entry, long pageBytes) throws IOException {
    String id = entry.ref().segment();
    Long size = sizes.get(id);
    if (size == null) {
      size = folder.segmentSize(id).orElse(0);
      sizes.put(id, size);
    }
    return entry.ref().offset() + pageBytes <= size && !segments.isDamaged(entry.ref());
  }

  private void update() throws IOException {
    Set<String> there = new HashSet<>(folder.segments());
    if (!there.containsAll(known)) {
      known.retainAll(there);
      entries.values().removeIf(entry -> !there.contains(entry.ref().segment()));
    }
    for (String id : there) {
      if (!known.contains(id)) {
        load(id);
      }
    }
    current = true;
  }

  /** A segment whose header cannot be read has no pages to refer to; that is all the harm. */
  private void load(String id) throws IOException {
    try (Storage.File file = folder.storage().open(folder.segment(id), Storage.Access.READ)) {
      add(SegmentHeader.read(file, id).entries(id));
    } catch (DamagedFileException e) {
      known.add(id);
    }
  }
}
