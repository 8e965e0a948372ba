package dev.bourse.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The keys and values of one layer of one context, spread over pages.
 *
 * <p>Slot {@code j} lies in page {@code j / pageTokens}. There the keys of the layer are {@code
 * [kvHead][headDim][pageTokens]} floats from {@code keysOffset} on, transposed so that a vector
 * register holds one dimension of several tokens; the values are {@code
 * [kvHead][pageTokens][headDim]} floats from {@code valuesOffset} on.
 *
 * @param memory of all pages, outside the heap
 * @param pageOffsets byte offset in {@code memory} of each page of the context, in order; shared,
 *     not copied: it may be longer than needed
 * @param keysOffset bytes from the start of a page to the keys of the layer
 * @param valuesOffset bytes from the start of a page to the values of the layer
 * @param kvHeads key/value heads of the layer
 * @param headDim floats of a head
 * @param pageTokens slots of a page: 8, 16 or 32
 */
@SuppressWarnings("ArrayRecordComponent") // a page table is shared on purpose
public record PagedKv(
    MemorySegment memory,
    long[] pageOffsets,
    long keysOffset,
    long valuesOffset,
    int kvHeads,
    int headDim,
    int pageTokens) {
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public PagedKv {
    if (pageTokens != 8 && pageTokens != 16 && pageTokens != 32) {
      throw new IllegalArgumentException(
          "page size " + pageTokens + " tokens is not supported: use 8, 16 or 32");
    }
    if (kvHeads <= 0 || headDim <= 0) {
      throw new IllegalArgumentException(
          "%d KV heads of %d floats: both must be positive".formatted(kvHeads, headDim));
    }
    if (!memory.isNative()) {
      throw new IllegalArgumentException("KV pages must lie outside the Java heap");
    }
  }

  /**
   * Stores the key and the value of one token.
   *
   * @param slot where; its page must be the caller's alone
   * @param keys {@code kvHeads × headDim} floats from {@code keysAt} on
   * @param values {@code kvHeads × headDim} floats from {@code valuesAt} on
   * @throws IndexOutOfBoundsException if the slot lies outside the pages
   */
  public void store(int slot, float[] keys, int keysAt, float[] values, int valuesAt) {
    long page = pageOffsets[slot / pageTokens];
    int inPage = slot % pageTokens;
    long key = page + keysOffset + (long) inPage * Float.BYTES;
    long step = (long) pageTokens * Float.BYTES;
    for (int i = 0; i < kvHeads * headDim; i++) {
      memory.set(FLOAT, key + i * step, keys[keysAt + i]);
    }
    for (int head = 0; head < kvHeads; head++) {
      MemorySegment.copy(
          values,
          valuesAt + head * headDim,
          memory,
          FLOAT,
          valueOffset(slot / pageTokens, head) + (long) inPage * headDim * Float.BYTES,
          headDim);
    }
  }

  /** Byte offset of the keys of a head in page number {@code page} of the context. */
  long keyOffset(int page, int kvHead) {
    return pageOffsets[page] + keysOffset + headBytes() * kvHead;
  }

  /** Byte offset of the values of a head in page number {@code page} of the context. */
  long valueOffset(int page, int kvHead) {
    return pageOffsets[page] + valuesOffset + headBytes() * kvHead;
  }

  private long headBytes() {
    return (long) headDim * pageTokens * Float.BYTES;
  }
}
