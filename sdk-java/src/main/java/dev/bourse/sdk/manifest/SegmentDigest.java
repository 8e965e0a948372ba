package dev.bourse.sdk.manifest;

import java.nio.charset.StandardCharsets;

/**
 * What a manifest keeps of a segment.
 *
 * @param kind what it is
 * @param name which of its kind
 * @param bytes the length of its text in UTF-8
 * @param digest the hash of its text
 */
public record SegmentDigest(SegmentKind kind, String name, long bytes, Digest digest) {
  static SegmentDigest of(Segment segment) {
    byte[] utf8 = segment.text().getBytes(StandardCharsets.UTF_8);
    return new SegmentDigest(segment.kind(), segment.name(), utf8.length, Digest.hashBytes(utf8));
  }

  String label() {
    return kind.key() + (name.isEmpty() ? "" : " \"" + name + "\"");
  }

  @Override
  public String toString() {
    return label() + " of " + bytes + " bytes, sha256 " + digest;
  }
}
