package dev.bourse.host.program;

import java.nio.charset.StandardCharsets;

/**
 * Reads a WebAssembly binary where it lies, without copying any of it. Nothing is believed: a
 * length that reaches past the end, a number that is too long and a count of things that cannot be
 * there are {@link Malformed}.
 */
final class WasmReader {
  private final byte[] bytes;
  private final int end;
  private int position;

  /** Reads {@code bytes} from {@code start} to {@code end}. */
  WasmReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** The binary is not what it says; the message completes "is not a valid …:". */
  static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  int position() {
    return position;
  }

  boolean atEnd() {
    return position >= end;
  }

  int remaining() {
    return end - position;
  }

  int u8() {
    if (position >= end) {
      throw new Malformed("it ends at byte %d in the middle of something".formatted(end));
    }
    return bytes[position++] & 0xff;
  }

  /** An unsigned number of 32 bits, in LEB128. */
  long u32() {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = u8();
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        if (value > 0xffff_ffffL) {
          break;
        }
        return value;
      }
    }
    throw new Malformed("the number before byte %d has more than 32 bits".formatted(position));
  }

  /** Passes over a number of up to 64 bits, in LEB128 of either sign. */
  void skipNumber() {
    for (int i = 0; i < 10; i++) {
      if (u8() < 0x80) {
        return;
      }
    }
    throw new Malformed("the number before byte %d has more than 64 bits".formatted(position));
  }

  /** The number of things that follow, each of which takes a byte at least. */
  int count(String things) {
    long count = u32();
    if (count > remaining()) {
      throw new Malformed(
          "%d %s at byte %d are more than its %d bytes could hold"
              .formatted(count, things, position, remaining()));
    }
    return (int) count;
  }

  String name() {
    int length = count("bytes of a name");
    String name = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return name;
  }

  void skip(int length) {
    if (length > remaining()) {
      throw new Malformed("%d bytes at byte %d reach past its end".formatted(length, position));
    }
    position += length;
  }

  /** The next {@code length} bytes, which this reader passes over. */
  WasmReader part(int length) {
    int start = position;
    skip(length);
    return new WasmReader(bytes, start, position);
  }

  /** The next part, as long as the number before it says. */
  WasmReader sized(String what) {
    return part(count("bytes of " + what));
  }
}
