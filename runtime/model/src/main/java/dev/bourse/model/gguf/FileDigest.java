package dev.bourse.model.gguf;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The SHA-256 of a file in memory, computed when it is first asked for. */
final class FileDigest {
  /** A {@code ByteBuffer} cannot span more than 2 GiB. */
  private static final long CHUNK_BYTES = 1L << 30;

  private final MemorySegment bytes;
  private @Nullable String hex;

  FileDigest(MemorySegment bytes) {
    this.bytes = bytes;
  }

  synchronized String hex() {
    String known = hex;
    if (known == null) {
      known = compute();
      hex = known;
    }
    return known;
  }

  private String compute() {
    MessageDigest sha256 = sha256();
    for (long at = 0; at < bytes.byteSize(); at += CHUNK_BYTES) {
      long size = Math.min(CHUNK_BYTES, bytes.byteSize() - at);
      sha256.update(bytes.asSlice(at, size).asByteBuffer());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }
}
