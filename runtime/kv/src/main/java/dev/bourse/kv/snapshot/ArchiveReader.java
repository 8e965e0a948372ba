package dev.bourse.kv.snapshot;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ArchiveWriter} writes, once, from the beginning to the end, and nothing else:
 * the entries must be the expected ones, in order, of the expected sizes, not compressed. So no
 * name becomes a path, nothing grows, and the digest is of the very bytes that were read.
 */
final class ArchiveReader implements Closeable {
  private static final int BUFFER = 1 << 20;
  private static final int END_BYTES = 22;
  private static final int END_SIGNATURE = 0x06054b50;

  private final Storage.File file;
  private final MessageDigest digest;
  private final InputStream bytes;
  private final ZipInputStream zip;
  private final StoredManifest manifest;

  private ArchiveReader(Storage.File file) throws IOException {
    this.file = file;
    this.digest = Sha256.start();
    this.bytes =
        new DigestInputStream(new BufferedInputStream(new FileInput(file), BUFFER), digest);
    this.zip = new ZipInputStream(bytes);
    requireEnd();
    this.manifest = readManifest();
  }

  static ArchiveReader open(Storage storage, Path path) throws IOException {
    // Before it is opened: a pipe has no size, and to open it would wait for somebody to write.
    if (storage.size(path).orElse(Long.MAX_VALUE) < END_BYTES) {
      throw new DamagedFileException("it is not an exported snapshot: it is too short");
    }
    Storage.File file = storage.open(path, Storage.Access.READ);
    try {
      return new ArchiveReader(file);
    } catch (Throwable failure) {
      file.close();
      throw failure;
    }
  }

  /** The manifest: without keys, and without places. */
  StoredManifest manifest() {
    return manifest;
  }

  private void requireEnd() throws IOException {
    ByteBuffer end = ByteBuffer.allocate(END_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long size = file.size();
    if (size >= END_BYTES) {
      file.readFully(end, size - END_BYTES);
    }
    if (end.getInt(0) != END_SIGNATURE) {
      throw new DamagedFileException("it is not an exported snapshot, or it is cut");
    }
  }

  private StoredManifest readManifest() throws IOException {
    long size = begin(ArchiveWriter.MANIFEST);
    if (size > ManifestFile.BYTES_MAX) {
      throw new DamagedFileException(
          "its manifest has %,d bytes, the limit is %,d".formatted(size, ManifestFile.BYTES_MAX));
    }
    byte[] text = new byte[(int) size];
    readEntry(MemorySegment.ofArray(text));
    StoredManifest read = ManifestFile.decode(text);
    if (!read.runs().isEmpty()) {
      throw new DamagedFileException("its manifest is one of a folder, not of an archive");
    }
    long pages = Math.multiplyExact(read.pageBytes(), (long) read.checksums().size());
    if (pages > file.size()) {
      throw new DamagedFileException(
          "it has %,d bytes, and its pages should have %,d".formatted(file.size(), pages));
    }
    return read;
  }

  /** Reads page {@code index}; they are read in order. */
  void readPage(int index, MemorySegment to) throws IOException {
    long size = begin(ArchiveWriter.PAGE + index);
    if (size != to.byteSize()) {
      throw new DamagedFileException(
          "page %d has %,d bytes instead of %,d".formatted(index, size, to.byteSize()));
    }
    readEntry(to);
    if (Checksum.of(to) != manifest.checksums().get(index)) {
      throw new DamagedFileException("page " + index + " has changed: its checksum is wrong");
    }
  }

  /** Reads the rest; the SHA-256 of the file in hexadecimal. */
  String finish() throws IOException {
    ZipEntry more = nextEntry();
    if (more != null) {
      throw new DamagedFileException("there is an entry '" + more.getName() + "' after its pages");
    }
    bytes.transferTo(OutputStream.nullOutputStream());
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Begins the next entry, which must be this one; its size. */
  private long begin(String name) throws IOException {
    ZipEntry entry = nextEntry();
    if (entry == null || !entry.getName().equals(name)) {
      throw new DamagedFileException(
          "there is %s instead of the entry '%s'"
              .formatted(entry == null ? "nothing" : "'" + entry.getName() + "'", name));
    }
    if (entry.getMethod() != ZipEntry.STORED || entry.getSize() < 0) {
      throw new DamagedFileException("its entry '" + name + "' is compressed");
    }
    return entry.getSize();
  }

  private @Nullable ZipEntry nextEntry() throws IOException {
    try {
      return zip.getNextEntry();
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new DamagedFileException("it is not the archive it was: " + e.getMessage(), e);
    }
  }

  private void readEntry(MemorySegment to) throws IOException {
    try {
      byte[] buffer = new byte[(int) Math.min(BUFFER, to.byteSize())];
      for (long at = 0; at < to.byteSize(); ) {
        int count = zip.read(buffer, 0, (int) Math.min(buffer.length, to.byteSize() - at));
        if (count < 0) {
          throw new DamagedFileException("an entry is cut");
        }
        MemorySegment.copy(MemorySegment.ofArray(buffer), 0, to, at, count);
        at += count;
      }
      if (zip.read() >= 0) {
        throw new DamagedFileException("an entry is longer than its size");
      }
    } catch (ZipException | EOFException e) {
      throw new DamagedFileException("an entry is not what it was: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** A file read from its beginning to its end. */
  private static final class FileInput extends InputStream {
    private final Storage.File file;
    private long position;

    FileInput(Storage.File file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int count) throws IOException {
      int read = file.read(ByteBuffer.wrap(to, from, count), position);
      position += Math.max(read, 0);
      return read;
    }
  }
}
