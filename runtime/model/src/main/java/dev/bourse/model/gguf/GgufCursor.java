package dev.bourse.model.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A position in a file that only moves forward and never past the end: every read first compares
 * what it needs with what is left.
 */
final class GgufCursor {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final char REPLACEMENT = '\uFFFD';

  private final String file;
  private final MemorySegment bytes;
  private long position;

  GgufCursor(String file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  long position() {
    return position;
  }

  long left() {
    return bytes.byteSize() - position;
  }

  ModelFileException problem(String problem) {
    return new ModelFileException(file, problem);
  }

  byte readByte(String what) throws ModelFileException {
    return bytes.get(ValueLayout.JAVA_BYTE, take(1, what));
  }

  short readShort(String what) throws ModelFileException {
    return bytes.get(SHORT, take(2, what));
  }

  int readInt(String what) throws ModelFileException {
    return bytes.get(INT, take(4, what));
  }

  long readLong(String what) throws ModelFileException {
    return bytes.get(LONG, take(8, what));
  }

  /**
   * A 64-bit count of things that take at least {@code bytesEach} bytes in the rest of the file.
   */
  long readCount(long bytesEach, String what) throws ModelFileException {
    long count = readLong(what);
    long most = left() / bytesEach;
    if (count < 0 || count > most) {
      throw problem(
          what
              + " is "
              + Long.toUnsignedString(count)
              + ", but the "
              + left()
              + " bytes after it have room for "
              + most
              + " at most; the file is damaged or truncated");
    }
    return count;
  }

  /** A string that may not be longer than {@code maxBytes}, in valid UTF-8. */
  String readString(int maxBytes, String what) throws ModelFileException {
    int length = readStringLength(maxBytes, what);
    return decode(position - length, length, what);
  }

  /** Moves over a string and returns its length in bytes; the text itself is not looked at. */
  int readStringLength(int maxBytes, String what) throws ModelFileException {
    long length = readLong("the length of " + what);
    if (length < 0 || length > maxBytes) {
      throw problem(
          what
              + " claims to be "
              + Long.toUnsignedString(length)
              + " bytes long; the limit is "
              + maxBytes);
    }
    take(length, what);
    return (int) length;
  }

  /** Moves over {@code count} bytes and returns where they begin. */
  long take(long count, String what) throws ModelFileException {
    if (count < 0 || count > left()) {
      throw problem(
          what
              + " needs "
              + Long.toUnsignedString(count)
              + " bytes at offset "
              + position
              + ", but the file has only "
              + left()
              + " left; it is truncated or damaged");
    }
    long start = position;
    position += count;
    return start;
  }

  String decode(long offset, int length, String what) throws ModelFileException {
    byte[] text = new byte[length];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, text, 0, length);
    String decoded = new String(text, StandardCharsets.UTF_8);
    if (decoded.indexOf(REPLACEMENT) < 0) {
      return decoded;
    }
    // Either the text holds a replacement character or the decoder put one there: only the strict
    // decoder can tell, and it is too slow to run on every token of a vocabulary.
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException malformed) {
      throw new ModelFileException(
          file, what + ", " + length + " bytes at offset " + offset + ", is not UTF-8", malformed);
    }
  }
}
