package dev.bourse.kv.snapshot;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageKey;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Writes pages, then the manifest that refers to them. Used with the folder's lock held. */
final class Saver {
  private final StoreState state;
  private final StoreFolder folder;

  Saver(StoreState state) {
    this.state = state;
    this.folder = state.folder();
  }

  /** Saves pages of this engine; a name that is there is replaced. */
  List<StoredPage> save(SnapshotName name, SnapshotManifest manifest, List<PageSource> sources)
      throws IOException {
    KvLayout layout = manifest.fingerprint().layout();
    long pageBytes = layout.pageBytes();
    PagePlan plan = PagePlan.of(layout, sources, state.index(), state.segments());
    state.requireQuota(
        name, new HashSet<>(plan.refs()), pageBytes, plan.missingPages() * pageBytes);
    try (Publication publication = new Publication(state)) {
      List<PageEntry> entries =
          plan.write(folder, state.index(), publication, pagesPerSegment(layout));
      publish(publication, name, StoredManifest.of(manifest, entries));
      return state.segments().open(entries, pageBytes);
    }
  }

  /** Saves the pages of an archive, which get a lineage of their own. */
  SnapshotName save(SnapshotName name, ArchiveReader archive, PageKeys keys) throws IOException {
    StoredManifest archived = archive.manifest();
    KvLayout layout = archived.manifest().fingerprint().layout();
    int pages = archived.checksums().size();
    state.requireQuota(name, new HashSet<>(), layout.pageBytes(), pages * layout.pageBytes());
    List<SegmentWriter> writers = new ArrayList<>();
    try (Publication publication = new Publication(state);
        Closeable closing = () -> closeAll(writers)) {
      copy(archive, writers, layout);
      SnapshotManifest manifest =
          archived.manifest().imported(archive.finish(), state.config().clock().instant());
      List<PageKey> derived = derive(keys, manifest);
      List<PageEntry> entries = new ArrayList<>(pages);
      for (SegmentWriter writer : writers) {
        int from = entries.size();
        entries.addAll(writer.publish(derived.subList(from, from + writer.pages()), publication));
      }
      state.index().add(entries);
      publish(publication, name, StoredManifest.of(manifest, entries));
      return name;
    }
  }

  private static List<PageKey> derive(PageKeys keys, SnapshotManifest manifest)
      throws DamagedFileException {
    List<PageKey> derived;
    try {
      derived = keys.of(manifest);
    } catch (IllegalArgumentException e) {
      throw new DamagedFileException("its pages cannot have keys: " + e.getMessage(), e);
    }
    if (derived.size() != manifest.storedPages()) {
      throw new IllegalStateException(
          derived.size() + " keys for " + manifest.storedPages() + " pages");
    }
    return derived;
  }

  private void copy(ArchiveReader archive, List<SegmentWriter> writers, KvLayout layout)
      throws IOException {
    List<Long> checksums = archive.manifest().checksums();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment scratch = arena.allocate(layout.pageBytes());
      for (int page = 0; page < checksums.size(); ) {
        int count = Math.min(checksums.size() - page, pagesPerSegment(layout));
        SegmentWriter writer = new SegmentWriter(folder, layout, count);
        writers.add(writer);
        for (int end = page + count; page < end; page++) {
          archive.readPage(page, scratch);
          writer.append(scratch, checksums.get(page));
        }
      }
    }
  }

  private static void closeAll(List<SegmentWriter> writers) throws IOException {
    for (SegmentWriter writer : writers) {
      writer.close();
    }
  }

  /** Replaces a manifest by one of the same pages. */
  SnapshotName replace(SnapshotName name, StoredManifest manifest) throws IOException {
    try (Publication publication = new Publication(state)) {
      publish(publication, name, manifest);
      return name;
    }
  }

  private void publish(Publication publication, SnapshotName name, StoredManifest manifest)
      throws IOException {
    long bytes = publication.manifest(name, manifest);
    state.catalog().put(Summary.of(name, manifest, bytes));
  }

  private int pagesPerSegment(KvLayout layout) {
    return SegmentWriter.pagesPerSegment(state.config().segmentBytes(), layout);
  }
}
