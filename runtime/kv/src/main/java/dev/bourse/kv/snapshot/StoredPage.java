package dev.bourse.kv.snapshot;

import dev.bourse.kv.PageCopy;
import dev.bourse.kv.PageKey;
import java.lang.foreign.MemorySegment;

/**
 * A page on disk. It stays readable while this object is in use and its store is open, whatever
 * happens to the names that refer to it. Safe for use by any thread.
 */
public final class StoredPage implements PageCopy {
  private final PageEntry entry;
  private final long bytes;
  private final OpenSegment segment;

  StoredPage(PageEntry entry, long bytes, OpenSegment segment) {
    this.entry = entry;
    this.bytes = bytes;
    this.segment = segment;
  }

  public PageKey key() {
    return entry.key();
  }

  /** Bytes of the page. */
  public long bytes() {
    return bytes;
  }

  /**
   * Reads the page and verifies its checksum.
   *
   * @param to native memory of {@link #bytes()} bytes that any thread may access; undefined after a
   *     failure
   * @throws DamagedPageException naming the page and its segment, if it cannot be read as it was
   *     saved
   */
  @Override
  public void read(MemorySegment to) throws DamagedPageException {
    if (to.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "a page of " + bytes + " bytes cannot be read to " + to.byteSize() + " bytes");
    }
    segment.read(entry, to);
  }

  PageEntry entry() {
    return entry;
  }

  OpenSegment segment() {
    return segment;
  }
}
