package dev.bourse.sdk.manifest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A SHA-256 hash. */
public final class Digest {
  private static final int BYTES = 32;
  private static final String HEX = "0123456789abcdef";

  /** The digest that stands for "not recorded"; no known text has it. */
  public static final Digest ZERO = new Digest(new byte[BYTES]);

  private final byte[] bytes;

  private Digest(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The hash of bytes. */
  public static Digest hashBytes(byte[] bytes) {
    return new Digest(new Sha256().update(bytes).digest());
  }

  /** The hash of the UTF-8 of a text. */
  public static Digest hashString(String text) {
    return hashBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The hash of token ids, each as the eight bytes of its unsigned value, lowest first. */
  public static Digest hashTokenIds(int... ids) {
    byte[] littleEndian = new byte[Long.BYTES * ids.length];
    for (int i = 0; i < ids.length; i++) {
      for (int b = 0; b < Integer.BYTES; b++) {
        littleEndian[Long.BYTES * i + b] = (byte) (ids[i] >>> (8 * b));
      }
    }
    return hashBytes(littleEndian);
  }

  /**
   * Reads {@link #hex}.
   *
   * @throws IllegalArgumentException if it is not 64 lower-case hexadecimal digits
   */
  public static Digest parse(String hex) {
    if (hex.length() != 2 * BYTES) {
      throw malformed(hex);
    }
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < hex.length(); i++) {
      int digit = HEX.indexOf(hex.charAt(i));
      if (digit < 0) {
        throw malformed(hex);
      }
      bytes[i / 2] = (byte) ((bytes[i / 2] << 4) | digit);
    }
    return new Digest(bytes);
  }

  private static IllegalArgumentException malformed(String hex) {
    return new IllegalArgumentException(
        "a digest is " + 2 * BYTES + " lower-case hexadecimal digits, not \"" + hex + "\"");
  }

  /** Whether this is {@link #ZERO}: nothing was recorded. */
  public boolean isZero() {
    return equals(ZERO);
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** 64 lower-case hexadecimal digits. */
  public String hex() {
    StringBuilder hex = new StringBuilder(2 * BYTES);
    for (byte b : bytes) {
      hex.append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
    }
    return hex.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest digest && Arrays.equals(bytes, digest.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
