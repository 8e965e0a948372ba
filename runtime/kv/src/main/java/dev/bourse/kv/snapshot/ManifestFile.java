package dev.bourse.kv.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file of a manifest: a line {@code bourse-snapshot VERSION CHECKSUM}, then JSON, which the
 * checksum is of.
 */
final class ManifestFile {
  private ManifestFile() {}

  /** Bytes of a manifest: some four million tokens. */
  static final int BYTES_MAX = 64 << 20;

  private static final int VERSION = 1;
  private static final int LINE_MAX = 64;
  private static final Pattern LINE =
      Pattern.compile("bourse-snapshot ([1-9]\\d{0,5}) ([0-9a-f]{16})");

  static byte[] encode(StoredManifest manifest) throws SnapshotException {
    byte[] json = ManifestWriter.write(manifest);
    String line =
        "bourse-snapshot %d %016x\n".formatted(VERSION, Checksum.of(ByteBuffer.wrap(json)));
    byte[] first = line.getBytes(StandardCharsets.US_ASCII);
    if (first.length + json.length > BYTES_MAX) {
      throw new SnapshotException(
          SnapshotException.Reason.LIMIT,
          "the manifest has %,d bytes for %,d tokens: the limit is %,d"
              .formatted(json.length, manifest.manifest().tokens().length, BYTES_MAX));
    }
    return ByteBuffer.allocate(first.length + json.length).put(first).put(json).array();
  }

  static StoredManifest decode(byte[] file) throws DamagedFileException {
    int end = 0;
    while (end < Math.min(file.length, LINE_MAX) && file[end] != '\n') {
      end++;
    }
    Matcher line = LINE.matcher(new String(file, 0, end, StandardCharsets.ISO_8859_1));
    if (end == file.length || !line.matches()) {
      throw new DamagedFileException("the manifest does not begin like one");
    }
    int version = Integer.parseInt(line.group(1));
    if (version != VERSION) {
      throw new DamagedFileException(
          "the manifest has format version " + version + ", this engine reads version " + VERSION);
    }
    ByteBuffer json = ByteBuffer.wrap(file, end + 1, file.length - end - 1).slice();
    if (Checksum.of(json) != Long.parseUnsignedLong(line.group(2), 16)) {
      throw new DamagedFileException("the manifest is cut or changed: its checksum is wrong");
    }
    return ManifestReader.read(file, end + 1);
  }

  static StoredManifest read(Storage.File file) throws IOException {
    long size = file.size();
    if (size > BYTES_MAX) {
      throw new DamagedFileException(
          "the manifest has %,d bytes, the limit is %,d".formatted(size, BYTES_MAX));
    }
    byte[] bytes = new byte[(int) size];
    file.readFully(ByteBuffer.wrap(bytes), 0);
    return decode(bytes);
  }
}
