package dev.bourse.sdk.wasm;

import dev.bourse.sdk.InferletException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.teavm.interop.Address;

/**
 * The memory of one import call: arguments first, then the return area, then what the host
 * allocates.
 *
 * <p>A call is {@code begin(room)}, {@code put…}, {@code area}, then {@code open} whose result is
 * added to every offset passed to the import, then reads. Offsets and pointers stay valid when the
 * collector moves the array, because the address it had when it was open is only used to turn
 * pointers back into indices.
 */
final class Arena {
  /** What most calls need; kept between calls. */
  private static final int RESIDENT_BYTES = 16 << 10;

  private final byte[] resident = new byte[RESIDENT_BYTES];
  private byte[] bytes = resident;
  private int used;
  private int base;

  /**
   * Starts a call.
   *
   * @param room bytes for everything that will be put and everything the host may return
   */
  void begin(int room) {
    bytes = room <= RESIDENT_BYTES ? resident : new byte[room];
    used = 0;
  }

  int putBytes(byte[] values) {
    int offset = area(values.length, 1);
    System.arraycopy(values, 0, bytes, offset, values.length);
    return offset;
  }

  int putInts(int... values) {
    int offset = area(4 * values.length, 4);
    for (int i = 0; i < values.length; i++) {
      storeInt(offset + 4 * i, values[i]);
    }
    return offset;
  }

  void storeInt(int offset, int value) {
    bytes[offset] = (byte) value;
    bytes[offset + 1] = (byte) (value >> 8);
    bytes[offset + 2] = (byte) (value >> 16);
    bytes[offset + 3] = (byte) (value >> 24);
  }

  /** Sets {@code size} bytes aside and returns their offset. */
  int area(int size, int align) {
    int offset = (used + align - 1) & -align;
    used = offset + size;
    if (used > bytes.length) {
      throw new IllegalArgumentException(
          "a call needs " + used + " bytes, but has room for " + bytes.length);
    }
    return offset;
  }

  /**
   * Hands the rest to {@link Realloc}. Until the import has been called, nothing may be allocated.
   */
  int open() {
    base = Address.ofData(bytes).toInt();
    Realloc.top = base + used;
    Realloc.limit = base + bytes.length;
    return base;
  }

  /**
   * Where in an area of {@code size + align - 4} bytes that starts at {@code offset} one of {@code
   * size} bytes lies whose <em>address</em> is aligned; of an open arena. An array is aligned to
   * four bytes only, wherever the collector has put it.
   */
  int aligned(int offset, int align) {
    return offset + (-(base + offset) & (align - 1));
  }

  int u8(int offset) {
    return bytes[offset] & 0xFF;
  }

  int i32(int offset) {
    return u8(offset) | u8(offset + 1) << 8 | u8(offset + 2) << 16 | bytes[offset + 3] << 24;
  }

  long i64(int offset) {
    return (i32(offset) & 0xFFFFFFFFL) | (long) i32(offset + 4) << 32;
  }

  double f64(int offset) {
    return Double.longBitsToDouble(i64(offset));
  }

  float f32(int offset) {
    return Float.intBitsToFloat(i32(offset));
  }

  /** The offset that a pointer stored at {@code offset} points to. */
  int pointer(int offset) {
    return i32(offset) - base;
  }

  /** The string whose (pointer, length) is at {@code offset}. */
  String string(int offset) {
    int length = i32(offset + 4);
    // Where nothing lies, the pointer says nothing.
    return length == 0 ? "" : new String(bytes, pointer(offset), length, StandardCharsets.UTF_8);
  }

  /** The {@code list<string>} whose (pointer, count) is at {@code offset}. */
  List<String> strings(int offset) {
    int first = pointer(offset);
    int count = i32(offset + 4);
    List<String> strings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      strings.add(string(first + 8 * i));
    }
    return strings;
  }

  /** The {@code list<u8>} whose (pointer, length) is at {@code offset}. */
  byte[] bytes(int offset) {
    int length = i32(offset + 4);
    return length == 0
        ? new byte[0]
        : Arrays.copyOfRange(bytes, pointer(offset), pointer(offset) + length);
  }

  /** The {@code list<u32>} whose (pointer, count) is at {@code offset}. */
  int[] ints(int offset) {
    int start = pointer(offset);
    int[] values = new int[i32(offset + 4)];
    for (int i = 0; i < values.length; i++) {
      values[i] = i32(start + 4 * i);
    }
    return values;
  }

  /** {@code count} floats at the pointer at {@code offset}. */
  float[] floats(int offset, int count) {
    int start = pointer(offset);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = f32(start + 4 * i);
    }
    return values;
  }

  /** Throws what a {@code result<…, string>} at {@code offset} says, if it is an error. */
  void checkOk(int offset) {
    checkOk(offset, 4);
  }

  /** The same, of a result whose payload lies {@code payload} bytes behind its start. */
  void checkOk(int offset, int payload) {
    if (u8(offset) != 0) {
      throw new InferletException(string(offset + payload));
    }
  }

  /** The handle in a {@code result<handle, string>} at {@code offset}. */
  int handle(int offset) {
    checkOk(offset);
    return i32(offset + 4);
  }
}
