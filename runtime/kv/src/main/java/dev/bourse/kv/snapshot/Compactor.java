package dev.bourse.kv.snapshot;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes segments of which half the pages or more are dead again, without those: first the new
 * segments, then one by one the manifests that refer to the old ones, which are dead after that.
 * Used with the folder's lock held.
 */
final class Compactor {
  private final StoreState state;
  private final StoreFolder folder;
  private final Map<String, Set<PageRef>> live;
  private final List<Summary> names;
  private final Map<PageRef, PageRef> moved = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private long bytesWritten;

  /**
   * @param live the pages that are referred to, by their segments
   * @param names all names there are
   */
  Compactor(StoreState state, Map<String, Set<PageRef>> live, List<Summary> names) {
    this.state = state;
    this.folder = state.folder();
    this.live = live;
    this.names = names;
  }

  long bytesWritten() {
    return bytesWritten;
  }

  List<String> problems() {
    return problems;
  }

  /** The segments that are dead now. */
  List<String> compact() {
    List<String> dead = new ArrayList<>();
    for (String id : live.keySet()) {
      try {
        if (folder.segmentSize(id).isPresent() && rewrite(id)) {
          dead.add(id);
        }
      } catch (IOException e) {
        problems.add(
            "segment %s was not looked at for dead pages: %s"
                .formatted(id, SnapshotException.describe(e)));
      }
    }
    try {
      for (Summary name : names) {
        if (name.refs().stream().anyMatch(moved::containsKey)) {
          move(name.name());
        }
      }
      return dead;
    } catch (IOException e) {
      problems.add(
          "segments that were rewritten are still referred to: " + SnapshotException.describe(e));
      return List.of();
    }
  }

  private boolean rewrite(String id) throws IOException {
    Set<PageRef> pages = live.getOrDefault(id, Set.of());
    SegmentHeader header;
    try (Storage.File file = folder.storage().open(folder.segment(id), Storage.Access.READ)) {
      header = SegmentHeader.read(file, id);
    }
    if (pages.size() * 2 > header.keys().size()) {
      return false;
    }
    List<PageEntry> kept =
        header.entries(id).stream().filter(entry -> pages.contains(entry.ref())).toList();
    if (kept.size() != pages.size()) {
      throw new DamagedFileException("it is referred to where it has no pages");
    }
    List<PageEntry> written = write(header, kept);
    for (int i = 0; i < kept.size(); i++) {
      moved.put(kept.get(i).ref(), written.get(i).ref());
    }
    return true;
  }

  private List<PageEntry> write(SegmentHeader header, List<PageEntry> kept) throws IOException {
    long pageBytes = header.layout().pageBytes();
    try (SegmentWriter writer = new SegmentWriter(folder, header.layout(), kept.size());
        Arena arena = Arena.ofShared()) {
      MemorySegment scratch = arena.allocate(pageBytes);
      for (StoredPage page : state.segments().open(kept, pageBytes)) {
        page.read(scratch);
        writer.append(scratch, page.entry().checksum());
      }
      try (Publication publication = new Publication(state)) {
        List<PageEntry> written =
            writer.publish(kept.stream().map(PageEntry::key).toList(), publication);
        publication.keep();
        bytesWritten += SegmentHeader.offset(kept.size(), kept.size(), pageBytes);
        return written;
      }
    }
  }

  private void move(SnapshotName name) throws IOException {
    StoredManifest stored = folder.read(name);
    List<PageEntry> pages =
        stored.pages().stream()
            .map(
                page ->
                    new PageEntry(
                        page.key(), page.checksum(), moved.getOrDefault(page.ref(), page.ref())))
            .toList();
    new Saver(state).replace(name, StoredManifest.of(stored.manifest(), pages));
  }
}
