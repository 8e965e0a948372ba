package dev.bourse.kv;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The 256-bit name of a page: equal keys, equal contents.
 *
 * @param a the first 64 bits, big-endian
 * @param b the second
 * @param c the third
 * @param d the last
 */
public record PageKey(long a, long b, long c, long d) {
  /** Bytes of a key. */
  public static final int BYTES = 32;

  static final PageKey NONE = new PageKey(0, 0, 0, 0);

  /**
   * Reads a key.
   *
   * @param bytes exactly {@link #BYTES}
   */
  public static PageKey of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a page key has 32 bytes, not " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new PageKey(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  /** Its bytes. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  void put(ByteBuffer to) {
    to.put(toBytes());
  }

  /** 64 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(toBytes());
  }

  @Override
  public int hashCode() {
    // The bits of a digest are as good as any hash of them.
    return (int) a;
  }
}
