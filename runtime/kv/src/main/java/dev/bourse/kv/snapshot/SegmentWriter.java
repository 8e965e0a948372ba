package dev.bourse.kv.snapshot;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageKey;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes one segment: first the pages, then, as their keys may be known only then, the header. */
final class SegmentWriter implements Closeable {
  private final StoreFolder folder;
  private final KvLayout layout;
  private final int pages;
  private final List<Long> checksums = new ArrayList<>();
  private final Path temporary;
  private final Storage.File file;
  private boolean published;

  /**
   * Begins a segment.
   *
   * @param pages how many there will be
   */
  SegmentWriter(StoreFolder folder, KvLayout layout, int pages) throws IOException {
    this.folder = folder;
    this.layout = layout;
    this.pages = pages;
    this.temporary = folder.newTemporary();
    this.file = folder.storage().open(temporary, Storage.Access.CREATE);
  }

  /** How many pages a segment should have. */
  static int pagesPerSegment(long segmentBytes, KvLayout layout) {
    return Math.clamp(segmentBytes / layout.pageBytes(), 1, SegmentHeader.PAGES_MAX);
  }

  int pages() {
    return pages;
  }

  /** Writes the next page. */
  void append(MemorySegment page, long checksum) throws IOException {
    long offset = SegmentHeader.offset(pages, checksums.size(), layout.pageBytes());
    file.writeFully(page.asByteBuffer(), offset);
    checksums.add(checksum);
  }

  /** Finishes the segment and gives it its name; that is durable once the folder was synced. */
  List<PageEntry> publish(List<PageKey> keys, Publication publication) throws IOException {
    if (checksums.size() != pages || keys.size() != pages) {
      throw new IllegalStateException(
          checksums.size() + " pages and " + keys.size() + " keys for a segment of " + pages);
    }
    SegmentHeader header = new SegmentHeader(layout, keys, checksums);
    ByteBuffer encoded = header.encode();
    String id = SegmentHeader.id(encoded, pages);
    file.writeFully(encoded, 0);
    file.sync();
    file.close();
    publication.segment(temporary, id);
    published = true;
    return header.entries(id);
  }

  /** Deletes the file, unless it was published. */
  @Override
  public void close() throws IOException {
    if (!published) {
      file.close();
      folder.storage().delete(temporary);
    }
  }
}
