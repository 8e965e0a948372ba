package dev.bourse.kv;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The bytes of a page as they leave memory. */
public final class PageImage {
  private PageImage() {}

  /**
   * A copy of a frame whose slots from {@code rows} on are zero. A slot without a row still holds
   * what somebody else computed there.
   */
  public static MemorySegment of(KvLayout layout, MemorySegment frame, int rows) {
    MemorySegment copy = Arena.ofAuto().allocate(layout.pageBytes(), 64);
    copy.copyFrom(frame);
    long slots = layout.pageTokens();
    long used = (long) rows * Float.BYTES;
    long unused = (slots - rows) * Float.BYTES;
    long headBytes = slots * layout.headDim() * Float.BYTES;
    for (int layer = 0; layer < layout.layers(); layer++) {
      for (int head = 0; head < layout.kvHeads(); head++) {
        long keys = layout.keysOffset(layer) + head * headBytes;
        for (int dimension = 0; dimension < layout.headDim(); dimension++) {
          copy.asSlice(keys + dimension * slots * Float.BYTES + used, unused).fill((byte) 0);
        }
        long values = layout.valuesOffset(layer) + head * headBytes;
        copy.asSlice(values + used * layout.headDim(), unused * layout.headDim()).fill((byte) 0);
      }
    }
    return copy;
  }
}
