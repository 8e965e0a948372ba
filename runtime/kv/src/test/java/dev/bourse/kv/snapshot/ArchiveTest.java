package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.kv.snapshot.SnapshotException.Reason;
import dev.bourse.kv.snapshot.Snapshots.Expected;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots as one file, and what is wrong with files that others made. */
class ArchiveTest {
  private static final SnapshotName CHAT = new SnapshotName("alice", "chat");
  private static final SnapshotName COPY = new SnapshotName("bob", "copy");
  private static final Expected SNAPSHOT =
      Snapshots.of(1, 3)
          .with(Snapshots.manifest(3, Optional.of(Snapshots.NOW.plusSeconds(60)), Set.of("carol")));

  @TempDir Path folder;
  private final Instant later = Snapshots.NOW.plusSeconds(30);
  private Path file = Path.of("");
  private SnapshotStore store;

  @BeforeEach
  void export() throws Exception {
    file = folder.resolve("chat.bourse");
    try (SnapshotStore source =
        SnapshotStore.open(
            folder.resolve("source"), StoreConfig.defaults().withClock(() -> Snapshots.NOW))) {
      source.save(CHAT, SNAPSHOT.manifest(), SNAPSHOT.sources(), false);
      source.exportTo(CHAT, file);
    }
    store =
        SnapshotStore.open(
            folder.resolve("store"),
            StoreConfig.defaults()
                .withClock(() -> later)
                .withSegmentBytes(2 * Snapshots.LAYOUT.pageBytes()));
  }

  @AfterEach
  void close() throws SnapshotException {
    store.close();
  }

  private Expected imported() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String sha256 = HexFormat.of().formatHex(Sha256.of(bytes, bytes.length));
    return SNAPSHOT.with(SNAPSHOT.manifest().imported(sha256, later));
  }

  @Test
  void importsWhatWasExportedWithALineageOfItsOwn() throws Exception {
    store.importFrom(file, COPY, Snapshots::importedKeys);
    StoredSnapshot copy = store.open(COPY);
    Snapshots.assertSame(copy, imported());
    assertThat(copy.manifest().lineages().getFirst().name()).matches("import:[0-9a-f]{64}");
    assertThat(copy.manifest().grants()).isEmpty();
    assertThat(copy.manifest().expires()).isEmpty();
    assertThat(copy.manifest().created()).isEqualTo(later);
    // The same pages once more are the same pages.
    SnapshotName third = new SnapshotName("carol", "third");
    store.importFrom(file, third, Snapshots::importedKeys);
    assertThat(store.describe(third).sharedBytes()).isEqualTo(3 * Snapshots.LAYOUT.pageBytes());
  }

  @Test
  void isAZipArchiveThatIsAlwaysTheSame() throws Exception {
    store.save(CHAT, SNAPSHOT.manifest(), SNAPSHOT.sources(), false);
    Path second = folder.resolve("second.bourse");
    store.exportTo(CHAT, second);
    assertThat(second).hasSameBinaryContentAs(file);
    try (ZipFile zip = new ZipFile(second.toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName))
          .containsExactly("manifest", "pages/0", "pages/1", "pages/2");
    }
  }

  @Test
  void neverReplacesAFileOrAName() throws Exception {
    store.importFrom(file, COPY, Snapshots::importedKeys);
    assertRefused(Reason.EXISTS, () -> store.exportTo(COPY, file));
    assertRefused(Reason.EXISTS, () -> store.importFrom(file, COPY, Snapshots::importedKeys));
    store.save(CHAT, SNAPSHOT.manifest(), SNAPSHOT.sources(), false);
    store.importFrom(file, CHAT, Snapshots::importedKeys, true);
    Snapshots.assertSame(store.open(CHAT), imported());
    assertThat(siblings()).containsExactly("chat.bourse", "source", "store");
  }

  @Test
  void leavesNoHalfOfAnArchive() throws Exception {
    store.importFrom(file, COPY, Snapshots::importedKeys);
    try (Stream<Path> segments = Files.list(folder.resolve("store/segments"))) {
      Files.write(segments.findFirst().orElseThrow(), new byte[5000]);
    }
    assertRefused(Reason.DAMAGED, () -> store.exportTo(COPY, folder.resolve("other")));
    assertThat(siblings()).containsExactly("chat.bourse", "source", "store");
  }

  /** At every position: it is noticed, or what is imported is what was exported. */
  @Test
  void noticesEveryCutAndEveryFlippedBitThatMatters() throws Exception {
    byte[] whole = Files.readAllBytes(file);
    SimulatedDisk disk = new SimulatedDisk(new Random(1));
    Path archive = Path.of("/archive");
    try (SnapshotStore simulated =
        SnapshotStore.open(disk.process(), Path.of("/store"), StoreConfig.defaults())) {
      int harmless = 0;
      for (int at = 0; at < whole.length; at++) {
        disk.put(archive, Arrays.copyOf(whole, at));
        assertRefused(
            Reason.DAMAGED, () -> simulated.importFrom(archive, COPY, Snapshots::importedKeys));
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << (at % 8));
        disk.put(archive, flipped);
        try {
          simulated.importFrom(archive, COPY, Snapshots::importedKeys);
          Snapshots.assertPages(simulated.take(COPY).pages(), SNAPSHOT.pages());
          harmless++;
        } catch (SnapshotException e) {
          assertThat(e.reason()).as("byte %d: %s", at, e.getMessage()).isEqualTo(Reason.DAMAGED);
        }
      }
      // Times and versions, and the directory at the end, which nobody needs.
      assertThat(harmless).isLessThan(whole.length / 4);
      assertThat(disk.files(Path.of("/store/tmp"))).isEmpty();
    }
  }

  @Test
  void refusesHostileArchives() throws Exception {
    byte[] manifest = entry("manifest");
    byte[] page = entry("pages/0");
    assertHostile(
        "it is not an exported snapshot",
        "not a zip archive at all".getBytes(StandardCharsets.UTF_8));
    assertHostile("there is nothing instead of the entry 'manifest'", zip());
    assertHostile("there is '../../names/x'", zip(stored("../../names/x", manifest)));
    assertHostile("its entry 'manifest' is compressed", zip(deflated("manifest", manifest)));
    assertHostile(
        "there is nothing instead of the entry 'pages/0'", zip(stored("manifest", manifest)));
    assertHostile(
        "its entry 'pages/0' is compressed",
        zip(stored("manifest", manifest), deflated("pages/0", new byte[1 << 20])));
    assertHostile(
        "page 0 has 1,048,576 bytes instead of 256",
        zip(stored("manifest", manifest), stored("pages/0", new byte[1 << 20])));
    assertHostile(
        "page 0 has changed: its checksum is wrong",
        zip(stored("manifest", manifest), stored("pages/0", new byte[256])));
    assertHostile(
        "there is 'pages/2' instead of the entry 'pages/1'",
        zip(stored("manifest", manifest), stored("pages/0", page), stored("pages/2", page)));
    assertHostile(
        "there is an entry 'more' after its pages",
        zip(
            stored("manifest", manifest),
            stored("pages/0", page),
            stored("pages/1", entry("pages/1")),
            stored("pages/2", entry("pages/2")),
            stored("more", page)));
    assertHostile("the manifest does not begin like one", zip(stored("manifest", page)));
    assertClean();
  }

  /** A manifest that promises more than the file has is refused before anything is written. */
  @Test
  void refusesPromises() throws Exception {
    String json = new String(entry("manifest"), StandardCharsets.UTF_8);
    json = json.substring(json.indexOf('\n') + 1);
    assertHostile(
        "its pages should have",
        zip(stored("manifest", sealed(json.replace("\"layers\" : 1", "\"layers\" : 1000")))));
    assertHostile(
        "is too large for a snapshot",
        zip(stored("manifest", sealed(json.replace("\"layers\" : 1", "\"layers\" : 2147483647")))));
    byte[] inFolder = Files.readAllBytes(folder.resolve("source/names/alice/chat.snapshot"));
    assertHostile("one of a folder, not of an archive", zip(stored("manifest", inFolder)));
    try (SnapshotStore small =
        SnapshotStore.open(folder.resolve("store"), StoreConfig.defaults().withBytesPerUser(700))) {
      assertThatThrownBy(() -> small.importFrom(file, COPY, Snapshots::importedKeys))
          .hasMessageContaining("@bob/copy needs 768 bytes");
    }
    assertThatThrownBy(() -> store.importFrom(file, COPY, any -> List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("0 keys for 3 pages");
    assertThatThrownBy(
            () ->
                store.importFrom(
                    file,
                    COPY,
                    any -> {
                      throw new IllegalArgumentException("no such mask");
                    }))
        .hasMessageContaining("its pages cannot have keys: no such mask");
    assertRefused(
        Reason.IO,
        () -> store.importFrom(folder.resolve("missing"), COPY, Snapshots::importedKeys));
    assertClean();
  }

  private void assertHostile(String message, byte[] archive) throws IOException {
    Path hostile = Files.write(folder.resolve("hostile"), archive);
    assertThatThrownBy(() -> store.importFrom(hostile, COPY, Snapshots::importedKeys))
        .isInstanceOfSatisfying(
            SnapshotException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED))
        .hasMessageContaining("cannot import " + hostile)
        .hasMessageContaining(message);
  }

  private static void assertRefused(Reason reason, ThrowingCallable what) {
    assertThatThrownBy(what)
        .isInstanceOfSatisfying(
            SnapshotException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  /** Nothing of what was refused is there. */
  private void assertClean() throws IOException {
    assertThat(store.users()).isEmpty();
    for (String in : List.of("segments", "tmp")) {
      try (Stream<Path> files = Files.list(folder.resolve("store").resolve(in))) {
        assertThat(files).as(in).isEmpty();
      }
    }
  }

  private List<String> siblings() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private byte[] entry(String name) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.getInputStream(zip.getEntry(name)).readAllBytes();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(String name, byte[] bytes, int method) {}

  private static Entry stored(String name, byte[] bytes) {
    return new Entry(name, bytes, ZipEntry.STORED);
  }

  private static Entry deflated(String name, byte[] bytes) {
    return new Entry(name, bytes, ZipEntry.DEFLATED);
  }

  private static byte[] zip(Entry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Entry entry : entries) {
        ZipEntry written = new ZipEntry(entry.name);
        written.setMethod(entry.method);
        if (entry.method == ZipEntry.STORED) {
          CRC32 crc = new CRC32();
          crc.update(entry.bytes);
          written.setCrc(crc.getValue());
          written.setSize(entry.bytes.length);
        }
        zip.putNextEntry(written);
        zip.write(entry.bytes);
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] sealed(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    String line = "bourse-snapshot 1 %016x\n".formatted(Checksum.of(ByteBuffer.wrap(bytes)));
    return (line + json).getBytes(StandardCharsets.UTF_8);
  }
}
