package dev.bourse.kv;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A transformer reduced to what pages are about: the key and the value of a slot are a hash of its
 * row and of all that the row reads from the slots it attends to. So whoever reads one wrong frame,
 * or one frame too late, gets other numbers, and so does everybody after him.
 */
final class ToyModel {
  static final KvLayout LAYOUT = new KvLayout(1, 1, 1, 8);
  static final int PAGE_TOKENS = LAYOUT.pageTokens();

  /** What an earlier slot holds. */
  interface Slots {
    long get(int slot);
  }

  private ToyModel() {}

  /** What a slot holds whose row attends to {@code earlier} ones. */
  static long value(int token, int position, int @Nullable [] mask, int slot, Slots earlier) {
    long hash = mix(31L * token + position, slot);
    if (mask == null) {
      return mixAll(hash, 0, slot, earlier);
    }
    int at = 0;
    for (int i = 0; i < mask.length; i++) {
      int end = at + mask[i];
      if (i % 2 == 1) {
        hash = mixAll(hash, at, Math.min(end, slot), earlier);
      }
      at = end;
    }
    return hash;
  }

  /** What the slots of some rows hold, if they are the first of a context. */
  static long[] values(PageContent rows) {
    long[] values = new long[rows.length()];
    for (int slot = 0; slot < values.length; slot++) {
      values[slot] =
          value(rows.token(slot), rows.position(slot), rows.mask(slot), slot, i -> values[i]);
    }
    return values;
  }

  /** A forward pass of one row. */
  static void forward(
      PagePool pool, int[] frames, int token, int position, int @Nullable [] mask, int slot) {
    long value = value(token, position, mask, slot, earlier -> read(pool, frames, earlier));
    write(pool, frames[slot / PAGE_TOKENS], slot % PAGE_TOKENS, value);
  }

  static long read(PagePool pool, int[] frames, int slot) {
    return read(pool.memory(), pool.byteOffset(frames[slot / PAGE_TOKENS]), slot % PAGE_TOKENS);
  }

  /** The key and the value of one row of a page. */
  static long read(MemorySegment memory, long page, int row) {
    long key = memory.get(ValueLayout.JAVA_INT, page + keyOffset(row));
    long value = memory.get(ValueLayout.JAVA_INT, page + valueOffset(row));
    return (key << 32) | (value & 0xFFFFFFFFL);
  }

  static void write(PagePool pool, int frame, int row, long value) {
    MemorySegment memory = pool.memory();
    long page = pool.byteOffset(frame);
    memory.set(ValueLayout.JAVA_INT, page + keyOffset(row), (int) (value >> 32));
    memory.set(ValueLayout.JAVA_INT, page + valueOffset(row), (int) value);
  }

  private static long keyOffset(int row) {
    return LAYOUT.keysOffset(0) + (long) row * Float.BYTES;
  }

  private static long valueOffset(int row) {
    return LAYOUT.valuesOffset(0) + (long) row * Float.BYTES;
  }

  private static long mixAll(long hash, int from, int end, Slots slots) {
    long mixed = hash;
    for (int slot = from; slot < end; slot++) {
      mixed = mix(mixed, slots.get(slot) + slot);
    }
    return mixed;
  }

  /** One round of SplitMix64. */
  private static long mix(long hash, long more) {
    long mixed = (hash ^ more) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    return mixed ^ mixed >>> 27;
  }
}
