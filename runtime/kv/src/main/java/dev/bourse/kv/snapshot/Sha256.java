package dev.bourse.kv.snapshot;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, which every Java has. */
final class Sha256 {
  private Sha256() {}

  static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  static byte[] of(byte[] bytes, int length) {
    MessageDigest digest = start();
    digest.update(bytes, 0, length);
    return digest.digest();
  }
}
