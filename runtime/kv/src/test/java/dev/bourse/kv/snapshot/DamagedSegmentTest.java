package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.kv.snapshot.Snapshots.Expected;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A segment with a flipped bit or a cut, at every position. */
class DamagedSegmentTest {
  private static final Path FOLDER = Path.of("/disk/store");
  private static final SnapshotName NAME = new SnapshotName("alice", "chat");
  private static final SnapshotName AGAIN = new SnapshotName("alice", "again");
  private static final Expected SNAPSHOT = Snapshots.of(7, 3);

  private final SimulatedDisk disk = new SimulatedDisk(new Random(5));
  private Path segment = FOLDER;
  private byte[] whole = {};

  @BeforeEach
  void save() throws Exception {
    try (SnapshotStore store = open()) {
      store.save(NAME, SNAPSHOT.manifest(), SNAPSHOT.sources(), false);
    }
    Path folder = FOLDER.resolve("segments");
    segment = folder.resolve(disk.files(folder).getFirst());
    whole = disk.contents(segment);
  }

  private SnapshotStore open() throws SnapshotException {
    return SnapshotStore.open(disk.process(), FOLDER, StoreConfig.defaults());
  }

  @Test
  void everyFlippedBitOfAPageIsNoticedAndNamed() throws Exception {
    int pages = whole.length - SegmentHeader.bytes(3);
    assertThat(pages).isEqualTo(3 * 256);
    for (int at = SegmentHeader.bytes(3); at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << (at % 8));
      disk.put(segment, flipped);
      assertThat(damagedPages()).as("byte %d", at).isEqualTo(1);
    }
  }

  @Test
  void aFlippedBitOfTheHeaderHurtsNoPage() throws Exception {
    String id = segment.getFileName().toString().substring(0, 64);
    int table = SegmentHeader.bytes(3);
    int noticed = 0;
    for (int at = 0; at < table; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << (at % 8));
      disk.put(segment, flipped);
      assertThat(damagedPages()).as("byte %d", at).isZero();
      try (Storage.File file = disk.process().open(segment, Storage.Access.READ)) {
        SegmentHeader.read(file, id);
      } catch (DamagedFileException e) {
        noticed++;
      }
    }
    // The magic, the numbers, three rows and the digest; zeros follow.
    assertThat(noticed).isEqualTo(40 + 3 * 40 + 32);
  }

  @Test
  void aCutIsNoticedWhereverItIs() throws Exception {
    for (int length = 0; length < whole.length; length += length < 300 ? 1 : 7) {
      disk.put(segment, Arrays.copyOf(whole, length));
      int lost = Math.min(3, Math.ceilDiv(whole.length - length, 256));
      assertThat(damagedPages()).as("%d bytes", length).isEqualTo(lost);
      try (SnapshotStore store = open()) {
        assertThat(store.describe(NAME).problem())
            .hasValueSatisfying(
                problem -> assertThat(problem).startsWith("its segment ").contains("is cut"));
      }
    }
  }

  /** What is damaged in whatever way is written again by a save that has the bytes. */
  @Test
  void aSaveHealsWhatIsKnownToBeDamaged() throws Exception {
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      disk.put(segment, flipped);
      try (SnapshotStore store = open()) {
        countDamaged(store.open(NAME));
        store.save(AGAIN, SNAPSHOT.manifest(), SNAPSHOT.sources(), false);
        Snapshots.assertSame(store.open(AGAIN), SNAPSHOT);
        store.delete(AGAIN);
      }
    }
  }

  /** How many pages are lost; the others have their bytes. */
  private int damagedPages() throws SnapshotException {
    try (SnapshotStore store = open()) {
      return countDamaged(store.open(NAME));
    }
  }

  private static int countDamaged(StoredSnapshot snapshot) {
    int damaged = 0;
    for (int i = 0; i < snapshot.pages().size(); i++) {
      StoredPage page = snapshot.pages().get(i);
      try {
        byte[] expected = Snapshots.bytes(SNAPSHOT.pages().get(i)).toArray(ValueLayout.JAVA_BYTE);
        assertThat(Snapshots.read(page)).isEqualTo(expected);
      } catch (DamagedPageException e) {
        assertThat(e).hasMessageStartingWith("page " + page.key() + " is lost: its segment ");
        damaged++;
      }
    }
    return damaged;
  }

  @Test
  void aTakeWaitsForASegmentThatCannotBeOpenedNow() throws Exception {
    try (SnapshotStore store = open()) {
      disk.failWhen(operation -> operation.startsWith("open " + segment));
      assertThatThrownBy(() -> store.take(NAME))
          .isInstanceOf(SnapshotException.class)
          .hasMessageContaining("cannot take @alice/chat: Input/output error");
      disk.failWhen(operation -> false);
      Snapshots.assertSame(store.take(NAME), SNAPSHOT);
    }
  }
}
