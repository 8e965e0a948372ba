package dev.bourse.kv.snapshot;

import dev.bourse.kv.PageKey;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A page to save, and where its bytes can be had.
 *
 * @param key of the page
 * @param stored where it was saved before, or null
 * @param bytes the page in native memory that any thread may read, or null; read only where {@code
 *     stored} is not on disk any more. Slots without a token are written as they are: clear them
 */
public record PageSource(PageKey key, @Nullable StoredPage stored, @Nullable MemorySegment bytes) {
  /**
   * @throws IllegalArgumentException if it is nowhere, or the copy on disk is another page's
   */
  public PageSource {
    if (stored == null && bytes == null) {
      throw new IllegalArgumentException("page " + key + " has neither a copy on disk nor bytes");
    }
    if (stored != null && !stored.key().equals(key)) {
      throw new IllegalArgumentException("page " + key + " is not stored as " + stored.key());
    }
  }
}
