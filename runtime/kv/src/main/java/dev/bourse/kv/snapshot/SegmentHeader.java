package dev.bourse.kv.snapshot;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageKey;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The beginning of a segment file: which pages are in it. Little-endian:
 *
 * <pre>
 *  0   8  "BoursePg"
 *  8   4  version
 * 12   4  pages
 * 16  16  layers, kvHeads, headDim, pageTokens
 * 32   8  bytes of a page
 * 40  40  of each page: key 32, checksum 8
 *     32  SHA-256 of everything before: the segment's id
 *         zeros up to the next multiple of 4096, where the first page begins
 * </pre>
 *
 * @param layout of the pages
 * @param keys of the pages, in order
 * @param checksums of the pages, in order
 */
record SegmentHeader(KvLayout layout, List<PageKey> keys, List<Long> checksums) {
  static final int PAGES_MAX = 1 << 16;

  private static final long MAGIC = 0x67_50_65_73_72_75_6f_42L;
  private static final int VERSION = 1;
  private static final int TABLE = 40;
  private static final int ROW = PageKey.BYTES + Long.BYTES;
  private static final int DIGEST = 32;
  private static final int ALIGNMENT = 4096;

  SegmentHeader {
    keys = List.copyOf(keys);
    checksums = List.copyOf(checksums);
  }

  /** Where the pages of a segment begin. */
  static int bytes(int pages) {
    return Math.ceilDiv(TABLE + pages * ROW + DIGEST, ALIGNMENT) * ALIGNMENT;
  }

  /** Where a page begins. */
  static long offset(int pages, int page, long pageBytes) {
    return bytes(pages) + page * pageBytes;
  }

  /** The pages of the segment with this id. */
  List<PageEntry> entries(String id) {
    List<PageEntry> entries = new ArrayList<>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      PageRef ref = new PageRef(id, offset(keys.size(), i, layout.pageBytes()));
      entries.add(new PageEntry(keys.get(i), checksums.get(i), ref));
    }
    return entries;
  }

  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(bytes(keys.size())).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(MAGIC).putInt(VERSION).putInt(keys.size());
    bytes.putInt(layout.layers()).putInt(layout.kvHeads());
    bytes.putInt(layout.headDim()).putInt(layout.pageTokens());
    bytes.putLong(layout.pageBytes());
    for (int i = 0; i < keys.size(); i++) {
      bytes.put(keys.get(i).toBytes()).putLong(checksums.get(i));
    }
    return bytes.put(Sha256.of(bytes.array(), bytes.position())).rewind();
  }

  /** The id in an encoded header. */
  static String id(ByteBuffer encoded, int pages) {
    byte[] digest = new byte[DIGEST];
    encoded.get(TABLE + pages * ROW, digest);
    return HexFormat.of().formatHex(digest);
  }

  /** Reads and verifies the header of a segment. */
  static SegmentHeader read(Storage.File file, String id) throws IOException {
    ByteBuffer start = littleEndian(read(file, TABLE));
    if (start.getLong() != MAGIC) {
      throw new DamagedFileException("it does not begin like a segment");
    }
    int version = start.getInt();
    if (version != VERSION) {
      throw new DamagedFileException(
          "it has format version " + version + ", this engine reads version " + VERSION);
    }
    int pages = start.getInt();
    if (pages <= 0 || pages > PAGES_MAX) {
      throw new DamagedFileException("its header has changed: it has " + pages + " pages");
    }
    byte[] header = read(file, TABLE + pages * ROW + DIGEST);
    ByteBuffer encoded = littleEndian(header);
    String digest = HexFormat.of().formatHex(Sha256.of(header, header.length - DIGEST));
    if (!digest.equals(id) || !digest.equals(id(encoded, pages))) {
      throw new DamagedFileException("its header has changed: its SHA-256 is not its id");
    }
    encoded.position(16);
    KvLayout layout = layout(encoded);
    long size = offset(pages, pages, layout.pageBytes());
    if (file.size() != size) {
      throw new DamagedFileException("it has %,d of %,d bytes".formatted(file.size(), size));
    }
    List<PageKey> keys = new ArrayList<>(pages);
    List<Long> checksums = new ArrayList<>(pages);
    byte[] key = new byte[PageKey.BYTES];
    for (int i = 0; i < pages; i++) {
      encoded.get(key);
      keys.add(PageKey.of(key));
      checksums.add(encoded.getLong());
    }
    return new SegmentHeader(layout, keys, checksums);
  }

  private static KvLayout layout(ByteBuffer from) throws DamagedFileException {
    try {
      KvLayout layout = new KvLayout(from.getInt(), from.getInt(), from.getInt(), from.getInt());
      if (from.getLong() == PageSize.of(layout)) {
        return layout;
      }
      throw new DamagedFileException("its pages are not of this engine's size");
    } catch (IllegalArgumentException e) {
      throw new DamagedFileException("it has no pages of this engine: " + e.getMessage(), e);
    }
  }

  private static byte[] read(Storage.File file, int count) throws IOException {
    byte[] bytes = new byte[count];
    try {
      file.readFully(ByteBuffer.wrap(bytes), 0);
    } catch (EOFException e) {
      throw new DamagedFileException("it is cut: " + e.getMessage(), e);
    }
    return bytes;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
