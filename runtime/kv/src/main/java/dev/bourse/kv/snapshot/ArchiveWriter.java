package dev.bourse.kv.snapshot;

import dev.bourse.kv.snapshot.SnapshotException.Reason;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a snapshot as one file: a zip archive, nothing compressed, with the entry {@code
 * manifest}, then {@code pages/0}, {@code pages/1} and so on. The same snapshot always gives the
 * same bytes.
 */
final class ArchiveWriter {
  static final String MANIFEST = "manifest";
  static final String PAGE = "pages/";

  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
  private static final int BUFFER = 1 << 20;

  private ArchiveWriter() {}

  static Path write(Storage storage, Path file, StoredSnapshot snapshot) throws IOException {
    requireAbsent(storage, file);
    Path target = file.toAbsolutePath();
    Path temporary =
        target.resolveSibling(
            "." + target.getFileName() + "." + ThreadLocalRandom.current().nextLong(1L << 40));
    try (Storage.File out = storage.open(temporary, Storage.Access.CREATE)) {
      write(snapshot, new BufferedOutputStream(new FileOutput(out), BUFFER));
      out.sync();
      requireAbsent(storage, file);
      storage.move(temporary, target);
    } catch (IOException e) {
      discard(storage, temporary, e);
      throw e;
    }
    if (target.getParent() != null) {
      storage.syncFolder(target.getParent());
    }
    return file;
  }

  private static void write(StoredSnapshot snapshot, OutputStream out) throws IOException {
    List<StoredPage> pages = snapshot.pages();
    SnapshotManifest manifest = snapshot.manifest().exported();
    List<Long> checksums = pages.stream().map(page -> page.entry().checksum()).toList();
    byte[] text =
        ManifestFile.encode(new StoredManifest(manifest, checksums, List.of(), List.of()));
    try (ZipOutputStream zip = new ZipOutputStream(out);
        Arena arena = Arena.ofShared()) {
      writeEntry(zip, MANIFEST, text, Checksum.of(ByteBuffer.wrap(text)));
      long pageBytes = manifest.fingerprint().layout().pageBytes();
      MemorySegment scratch = arena.allocate(pageBytes);
      for (int i = 0; i < pages.size(); i++) {
        pages.get(i).read(scratch);
        writeEntry(zip, PAGE + i, scratch.toArray(ValueLayout.JAVA_BYTE), checksums.get(i));
      }
    }
  }

  private static void writeEntry(ZipOutputStream zip, String name, byte[] bytes, long checksum)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCompressedSize(bytes.length);
    entry.setCrc(Checksum.crc32(checksum));
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private static void requireAbsent(Storage storage, Path file) throws IOException {
    if (storage.size(file).isPresent()) {
      throw new SnapshotException(
          Reason.EXISTS, "there is a file " + file + " already: export to another one");
    }
  }

  private static void discard(Storage storage, Path temporary, IOException because) {
    try {
      if (storage.size(temporary).isPresent()) {
        storage.delete(temporary);
      }
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  /** A file written from its beginning to its end; closing it leaves the file open. */
  private static final class FileOutput extends OutputStream {
    private final Storage.File file;
    private long position;

    FileOutput(Storage.File file) {
      this.file = file;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      file.writeFully(ByteBuffer.wrap(bytes, from, count), position);
      position += count;
    }
  }
}
