package dev.bourse.engine;

import dev.bourse.demo.DemoModel;
import dev.bourse.model.Model;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

final class TestModels {
  private TestModels() {}

  /** The embedded model. */
  static Model demo() throws Exception {
    return Model.load(DemoModel.NAME, DemoModel::bytes);
  }

  /** The embedded model with one byte of its file changed that computes nothing: another file. */
  static Model otherFile() throws Exception {
    return Model.load(
        "other",
        arena -> {
          MemorySegment original = DemoModel.bytes(arena);
          MemorySegment copy = arena.allocate(original.byteSize(), 64).copyFrom(original);
          byte[] key = "general.name".getBytes(StandardCharsets.US_ASCII);
          long at = 0;
          while (copy.asSlice(at, key.length).mismatch(MemorySegment.ofArray(key)) != -1) {
            at++;
          }
          // The key is followed by the value's type and length.
          long name = at + key.length + Integer.BYTES + Long.BYTES;
          copy.set(ValueLayout.JAVA_BYTE, name, (byte) 'X');
          return copy;
        });
  }
}
