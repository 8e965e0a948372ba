package dev.bourse.sdk.wasm;

import org.teavm.interop.Export;
import org.teavm.interop.Unmanaged;

/**
 * The canonical ABI's allocator: a bump pointer in the open arena. Unmanaged code: no allocation,
 * no objects.
 */
@Unmanaged
final class Realloc {
  /**
   * Below the end of any 32-bit memory by less than a page, so that no span from here is inside
   * one.
   */
  private static final int OUTSIDE_MEMORY = -8192;

  /** The next free address, and the end of the arena. */
  static int top;

  static int limit;

  private Realloc() {}

  /**
   * {@code cabi_realloc}. Results are built once and read at once, so a block that grows is simply
   * given a new place; the canonical ABI copies nothing here because hosts only ever ask for new
   * blocks.
   */
  @Export(name = "cabi_realloc")
  static int realloc(int oldAddress, int oldSize, int align, int newSize) {
    int address = (top + align - 1) & -align;
    if (newSize < 0 || newSize > limit - address) {
      return OUTSIDE_MEMORY;
    }
    top = address + newSize;
    return address;
  }
}
