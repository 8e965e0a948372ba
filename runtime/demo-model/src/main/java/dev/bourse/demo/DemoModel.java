package dev.bourse.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where the embedded model file is, and its bytes. See {@code MODEL_CARD.md} beside the sources.
 */
public final class DemoModel {
  /** The file's name, as it should appear in messages. */
  public static final String NAME = "pocket-chat-5m-q8_0.gguf";

  private DemoModel() {}

  /** The GGUF file, copied off-heap into {@code arena}, 64-byte aligned. */
  public static MemorySegment bytes(Arena arena) {
    try (InputStream in = DemoModel.class.getResourceAsStream(NAME)) {
      if (in == null) {
        throw new IllegalStateException(
            "the embedded model " + NAME + " is missing from the class path: the build is broken");
      }
      byte[] bytes = in.readAllBytes();
      MemorySegment segment = arena.allocate(bytes.length, 64);
      MemorySegment.copy(MemorySegment.ofArray(bytes), 0, segment, 0, bytes.length);
      return segment;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the embedded model " + NAME, e);
    }
  }
}
