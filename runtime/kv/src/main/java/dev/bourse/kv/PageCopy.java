package dev.bourse.kv;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A copy of a page's keys and values outside of memory: in the spill file, or in a snapshot. */
public interface PageCopy {
  /**
   * Reads the page and verifies it. Safe from any thread.
   *
   * @param to exactly one page
   * @throws IOException if the page cannot be read, or is not what was written; {@code to} may hold
   *     anything then
   */
  void read(MemorySegment to) throws IOException;
}
