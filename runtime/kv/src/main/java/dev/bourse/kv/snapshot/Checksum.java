package dev.bourse.kv.snapshot;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * The checksum of everything on disk: 64 bits, CRC-32C above CRC-32. The processor computes either
 * at several times the speed of memory, and two coprime polynomials are as good as one of degree
 * 64.
 */
final class Checksum {
  private Checksum() {}

  static long of(MemorySegment bytes) {
    return of(bytes.asByteBuffer());
  }

  /** The checksum of what remains in {@code bytes}, whose position stays. */
  static long of(ByteBuffer bytes) {
    CRC32C high = new CRC32C();
    high.update(bytes.duplicate());
    CRC32 low = new CRC32();
    low.update(bytes.duplicate());
    return high.getValue() << 32 | low.getValue();
  }

  /** The CRC-32 in a checksum, which zip archives have, too. */
  static long crc32(long checksum) {
    return checksum & 0xFFFF_FFFFL;
  }
}
