package dev.bourse.bench;

import dev.bourse.demo.DemoModel;
import dev.bourse.model.Model;
import dev.bourse.model.gguf.ModelFileException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The embedded model with a longer context. What it says beyond its 1,024 tokens is noise, but it
 * takes the arithmetic and the memory that text would.
 */
final class LongContextModel {
  static final int CONTEXT_TOKENS = 1 << 16;

  private static final byte[] KEY = ".context_length".getBytes(StandardCharsets.UTF_8);

  /** GGUF's type number of an unsigned 32-bit value. */
  private static final int UINT32 = 4;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LongContextModel() {}

  static Model load() throws ModelFileException {
    return Model.load("long-context-" + DemoModel.NAME, LongContextModel::bytes);
  }

  private static MemorySegment bytes(Arena arena) {
    MemorySegment bytes = DemoModel.bytes(arena);
    long value = endOfKey(bytes) + Integer.BYTES;
    if (bytes.get(INT, value - Integer.BYTES) != UINT32) {
      throw new IllegalStateException(DemoModel.NAME + ": the context's length is no 32-bit value");
    }
    bytes.set(INT, value, CONTEXT_TOKENS);
    return bytes;
  }

  private static long endOfKey(MemorySegment bytes) {
    MemorySegment key = MemorySegment.ofArray(KEY);
    for (long at = 0; at <= bytes.byteSize() - KEY.length; at++) {
      if (MemorySegment.mismatch(bytes, at, at + KEY.length, key, 0, KEY.length) < 0) {
        return at + KEY.length;
      }
    }
    throw new IllegalStateException(DemoModel.NAME + ": it does not say how long its context is");
  }
}
