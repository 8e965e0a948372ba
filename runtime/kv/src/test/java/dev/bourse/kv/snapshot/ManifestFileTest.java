package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ManifestFileTest {
  private static final String SEGMENT = "5e".repeat(32);
  private static final StoredManifest STORED = stored();

  private static StoredManifest stored() {
    SnapshotManifest manifest =
        new SnapshotManifest(
            Snapshots.NOW,
            Optional.of(Instant.MAX),
            new Fingerprint("Pocket \"Chat\"\n5M", "m", "t", "c", "", "f32", Snapshots.LAYOUT),
            IntStream.range(0, 30).toArray(),
            IntStream.range(100, 130).toArray(),
            List.of(new RowMask(3, new int[] {0, 2}), new RowMask(29, new int[0])),
            2,
            5,
            List.of(new LineageRun("alice", 1), new LineageRun("import:…", 3)),
            List.of(new PageRange(1, 1)),
            Optional.of(new SlidingWindow(4, 8)),
            Optional.of("{\"segments\": []}"),
            Set.of("bob", "carol"));
    return StoredManifest.of(
        manifest,
        List.of(
            new PageEntry(Snapshots.key(1), -1, new PageRef(SEGMENT, 4096)),
            new PageEntry(Snapshots.key(2), 1, new PageRef(SEGMENT, 4352)),
            new PageEntry(Snapshots.key(3), 2, new PageRef(SEGMENT, 8192))));
  }

  @Test
  void readsWhatItWrites() throws IOException {
    StoredManifest read = ManifestFile.decode(ManifestFile.encode(STORED));
    assertThat(read).isEqualTo(STORED);
    assertThat(read.pages()).isEqualTo(STORED.pages());
    assertThat(read.runs()).hasSize(2);
  }

  @Test
  void canBeReadByPeople() throws IOException {
    String text = new String(ManifestFile.encode(STORED), StandardCharsets.UTF_8);
    assertThat(text)
        .matches("(?s)bourse-snapshot 1 [0-9a-f]{16}\n\\{.*\\}\n")
        .contains("\"created\" : \"2026-01-02T03:04:05.678901234Z\",\n")
        .contains("\"grants\" : [ \"bob\", \"carol\" ],\n")
        .contains("\"id\" : \"" + SEGMENT + "\",");
  }

  /** Wherever a bit flips or the file ends, it is noticed. */
  @Test
  void noticesEveryFlippedBitAndEveryCut() throws IOException {
    byte[] file = ManifestFile.encode(STORED);
    for (int at = 0; at < file.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = file.clone();
        flipped[at] ^= (byte) (1 << bit);
        assertThatThrownBy(() -> ManifestFile.decode(flipped))
            .isInstanceOf(DamagedFileException.class);
      }
      byte[] cut = Arrays.copyOf(file, at);
      assertThatThrownBy(() -> ManifestFile.decode(cut)).isInstanceOf(DamagedFileException.class);
    }
  }

  /** Even with a checksum that is right: no error but the one that is named. */
  @Test
  void aForgedManifestMakesSenseOrIsRefused() throws IOException {
    byte[] file = ManifestFile.encode(STORED);
    int from = new String(file, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
    int accepted = 0;
    for (int at = from; at < file.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] json = Arrays.copyOfRange(file, from, file.length);
        json[at - from] ^= (byte) (1 << bit);
        try {
          ManifestFile.decode(sealed(json));
          accepted++;
        } catch (DamagedFileException e) {
          assertThat(e).hasMessageStartingWith("the manifest makes no sense: ");
        }
      }
    }
    assertThat(accepted).isPositive();
  }

  @Test
  void namesWhatIsWrong() throws IOException {
    String json = json();
    assertWrong("{}", "'created' is not there");
    assertWrong("[]", "it is not one JSON object");
    assertWrong(json + "{}", "it is not one JSON object");
    assertWrong(json.replace("\"tokens\"", "\"tokenz\""), "'tokens' is not there");
    assertWrong(json.replaceFirst("\\{", "{\"x\":1,"), "it has the unknown properties [x]");
    assertWrong(json.replaceFirst("\\{", "{\"tokens\":\"\","), "'tokens' is there twice");
    assertWrong(
        json.replace("\"committedPages\" : 2", "\"committedPages\" : \"2\""),
        "'committedPages' is not of its type");
    assertWrong(
        json.replace("\"committedPages\" : 2", "\"committedPages\" : 2e9"),
        "there is a VALUE_NUMBER_FLOAT in it");
    assertWrong(
        json.replace("\"committedPages\" : 2", "\"committedPages\" : 4294967298"),
        "'committedPages' is out of range: 4294967298");
    assertWrong(
        json.replace("\"committedPages\" : 2", "\"committedPages\" : 4"),
        "4 pages are committed, but 3 are full");
    assertWrong(json.replace("\"pages\" : 1", "\"pages\" : 9"), "the lineages have 12 pages");
    assertWrong(json.replace(SEGMENT, "../../etc/passwd"), "segment '../../etc/passwd'");
    assertWrong(
        json.replace("\"layers\" : 1", "\"layers\" : 2147483647")
            .replace("\"headDim\" : 4", "\"headDim\" : 2147483647"),
        "is too large for a snapshot");
    assertThatThrownBy(
            () ->
                ManifestFile.decode(
                    "bourse-snapshot 2 0123456789abcdef\n".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("the manifest has format version 2, this engine reads version 1");
  }

  @Test
  void parsesManyTokens() throws IOException {
    int[] tokens = IntStream.range(0, 32_768).toArray();
    SnapshotManifest manifest =
        new SnapshotManifest(
            Snapshots.NOW,
            Optional.empty(),
            new Fingerprint("m", "m", "t", "c", "", "f32", new KvLayout(1, 1, 1, 16)),
            tokens,
            tokens,
            List.of(),
            0,
            0,
            List.of(new LineageRun("alice", 2048)),
            List.of(new PageRange(0, 2048)),
            Optional.empty(),
            Set.of());
    StoredManifest stored = new StoredManifest(manifest, List.of(), List.of(), List.of());
    assertThat(ManifestFile.decode(ManifestFile.encode(stored))).isEqualTo(stored);
  }

  private static String json() throws IOException {
    String file = new String(ManifestFile.encode(STORED), StandardCharsets.UTF_8);
    return file.substring(file.indexOf('\n') + 1);
  }

  private static byte[] sealed(byte[] json) {
    byte[] line =
        "bourse-snapshot 1 %016x\n"
            .formatted(Checksum.of(ByteBuffer.wrap(json)))
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(line.length + json.length).put(line).put(json).array();
  }

  private static void assertWrong(String json, String message) {
    assertThatThrownBy(() -> ManifestFile.decode(sealed(json.getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageContaining(message);
  }
}
