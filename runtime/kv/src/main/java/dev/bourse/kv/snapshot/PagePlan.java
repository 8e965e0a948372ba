package dev.bourse.kv.snapshot;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageKey;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Which pages of a save are on disk already, and which have to be written. */
final class PagePlan {
  /** What makes two pages the same. */
  private record Content(PageKey key, long checksum) {}

  private final KvLayout layout;
  private final List<Content> contents = new ArrayList<>();
  private final Map<Content, PageEntry> onDisk = new HashMap<>();
  private final Map<Content, PageSource> missing = new LinkedHashMap<>();

  private PagePlan(KvLayout layout) {
    this.layout = layout;
  }

  static PagePlan of(
      KvLayout layout, List<PageSource> sources, PageIndex index, OpenSegments segments)
      throws IOException {
    PagePlan plan = new PagePlan(layout);
    for (PageSource source : sources) {
      plan.add(source, index, segments);
    }
    return plan;
  }

  private void add(PageSource source, PageIndex index, OpenSegments segments) throws IOException {
    long pageBytes = layout.pageBytes();
    StoredPage stored = source.stored();
    if (stored != null
        && stored.segment().belongsTo(segments)
        && index.isOnDisk(stored.entry(), pageBytes)) {
      Content content = new Content(source.key(), stored.entry().checksum());
      contents.add(content);
      onDisk.put(content, stored.entry());
      missing.remove(content);
      return;
    }
    MemorySegment bytes = source.bytes();
    long checksum =
        bytes != null
            ? Checksum.of(bytes)
            : Objects.requireNonNull(stored, "one of the two is there").entry().checksum();
    Content content = new Content(source.key(), checksum);
    contents.add(content);
    if (!onDisk.containsKey(content) && !missing.containsKey(content)) {
      index
          .find(content.key, content.checksum, pageBytes)
          .ifPresentOrElse(entry -> onDisk.put(content, entry), () -> missing.put(content, source));
    }
  }

  /** Pages to be written. */
  int missingPages() {
    return missing.size();
  }

  /** Pages to be referred to. */
  List<PageRef> refs() {
    return onDisk.values().stream().map(PageEntry::ref).toList();
  }

  /** Writes what is missing; where all the pages lie then, in the order of the save. */
  List<PageEntry> write(
      StoreFolder folder, PageIndex index, Publication publication, int pagesPerSegment)
      throws IOException {
    List<Map.Entry<Content, PageSource>> rest = new ArrayList<>(missing.entrySet());
    while (!rest.isEmpty()) {
      List<Map.Entry<Content, PageSource>> batch =
          rest.subList(0, Math.min(pagesPerSegment, rest.size()));
      List<PageEntry> written = writeSegment(folder, batch, publication);
      for (PageEntry entry : written) {
        onDisk.put(new Content(entry.key(), entry.checksum()), entry);
      }
      index.add(written);
      rest = rest.subList(batch.size(), rest.size());
    }
    return contents.stream().map(onDisk::get).toList();
  }

  private List<PageEntry> writeSegment(
      StoreFolder folder, List<Map.Entry<Content, PageSource>> batch, Publication publication)
      throws IOException {
    try (SegmentWriter writer = new SegmentWriter(folder, layout, batch.size())) {
      for (Map.Entry<Content, PageSource> page : batch) {
        long checksum = page.getKey().checksum;
        MemorySegment bytes = page.getValue().bytes();
        if (bytes != null) {
          writer.append(bytes, checksum);
        } else {
          append(writer, Objects.requireNonNull(page.getValue().stored()), checksum);
        }
      }
      return writer.publish(batch.stream().map(page -> page.getKey().key).toList(), publication);
    }
  }

  /** Copies a page of a file that is open, though its name may be gone. */
  private void append(SegmentWriter writer, StoredPage stored, long checksum) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment bytes = arena.allocate(layout.pageBytes());
      stored.read(bytes);
      writer.append(bytes, checksum);
    }
  }
}
