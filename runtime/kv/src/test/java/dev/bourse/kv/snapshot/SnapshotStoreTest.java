package dev.bourse.kv.snapshot;

import static dev.bourse.kv.snapshot.Snapshots.assertPages;
import static dev.bourse.kv.snapshot.Snapshots.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.kv.PageRange;
import dev.bourse.kv.snapshot.SnapshotException.Reason;
import dev.bourse.kv.snapshot.Snapshots.Expected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotStoreTest {
  private static final SnapshotName CHAT = new SnapshotName("alice", "chat");
  private static final SnapshotName OTHER = new SnapshotName("alice", "other");

  @TempDir Path folder;
  private Instant now = Snapshots.NOW;
  private StoreConfig config = StoreConfig.defaults().withClock(() -> now);
  private SnapshotStore store;

  @BeforeEach
  void open() throws SnapshotException {
    store = SnapshotStore.open(folder, config);
  }

  @AfterEach
  void close() throws SnapshotException {
    store.close();
  }

  private void reopen() throws SnapshotException {
    store.close();
    store = SnapshotStore.open(folder, config);
  }

  private List<StoredPage> save(SnapshotName name, Expected snapshot) throws SnapshotException {
    return store.save(name, snapshot.manifest(), snapshot.sources(), false);
  }

  @Test
  void opensWhatWasSavedAlsoAfterARestart() throws Exception {
    Expected chat = Snapshots.of(1, 5);
    assertPages(save(CHAT, chat), chat.pages());
    assertSame(store.open(CHAT), chat);
    reopen();
    assertSame(store.open(CHAT), chat);
  }

  @Test
  void keepsASnapshotWithoutPages() throws Exception {
    save(CHAT, Snapshots.of(1, 0));
    assertSame(store.open(CHAT), Snapshots.of(1, 0));
    assertThat(segments()).isEmpty();
  }

  @Test
  void storesNoDroppedPages() throws Exception {
    SnapshotManifest all = Snapshots.manifest(5, Optional.empty(), Set.of());
    SnapshotManifest manifest =
        new SnapshotManifest(
            all.created(),
            all.expires(),
            all.fingerprint(),
            all.tokens(),
            all.positions(),
            all.masks(),
            all.committedPages(),
            all.reservedPages(),
            all.lineages(),
            List.of(new PageRange(1, 3)),
            all.contextManifest(),
            all.grants());
    Expected chat = new Expected(manifest, List.of(1L, 5L));
    save(CHAT, chat);
    assertSame(store.open(CHAT), chat);
    assertThatThrownBy(() -> store.save(OTHER, manifest, Snapshots.of(1, 5).sources(), false))
        .hasMessage("2 pages are to be stored, but 5 are given");
  }

  @Test
  void refusesANameThatIsThere() throws Exception {
    save(CHAT, Snapshots.of(1, 1));
    assertRefused(
        Reason.EXISTS,
        "there is a snapshot @alice/chat already: delete it, or replace it",
        () -> save(CHAT, Snapshots.of(2, 1)));
    assertSame(store.open(CHAT), Snapshots.of(1, 1));
    Expected replacement = Snapshots.of(2, 2);
    store.save(CHAT, replacement.manifest(), replacement.sources(), true);
    assertSame(store.open(CHAT), replacement);
  }

  @Test
  void keepsTheNamesOfUsersApart() throws Exception {
    SnapshotName bobs = new SnapshotName("bob", "chat");
    save(CHAT, Snapshots.of(1, 1));
    assertNotFound(bobs);
    save(bobs, Snapshots.of(2, 2));
    assertSame(store.open(CHAT), Snapshots.of(1, 1));
    assertSame(store.open(bobs), Snapshots.of(2, 2));
    assertThat(store.users()).containsExactly("alice", "bob");
    assertThat(store.list("bob")).extracting(SnapshotInfo::name).containsExactly(bobs);
    assertThat(store.list("carol")).isEmpty();
  }

  @Test
  void takesASnapshotOnce() throws Exception {
    save(CHAT, Snapshots.of(1, 3));
    StoredSnapshot taken = store.take(CHAT);
    assertNotFound(CHAT);
    assertRefused(Reason.NOT_FOUND, "there is no snapshot @alice/chat", () -> store.take(CHAT));
    assertThat(store.collect().segments()).isEqualTo(1);
    assertThat(segments()).isEmpty();
    assertSame(taken, Snapshots.of(1, 3));
  }

  @Test
  void deletes() throws Exception {
    save(CHAT, Snapshots.of(1, 3));
    store.delete(CHAT);
    assertNotFound(CHAT);
    assertRefused(Reason.NOT_FOUND, "there is no snapshot @alice/chat", () -> store.delete(CHAT));
  }

  @Test
  void renamesWithoutEverReplacing() throws Exception {
    save(CHAT, Snapshots.of(1, 3));
    save(OTHER, Snapshots.of(2, 3));
    assertRefused(
        Reason.EXISTS,
        "there is a snapshot @alice/other already: delete it, or replace it",
        () -> store.rename(CHAT, "other"));
    store.rename(CHAT, "CHAT ☺");
    assertNotFound(CHAT);
    assertSame(store.open(new SnapshotName("alice", "CHAT ☺")), Snapshots.of(1, 3));
    assertSame(store.open(OTHER), Snapshots.of(2, 3));
    assertRefused(
        Reason.NOT_FOUND, "there is no snapshot @alice/chat", () -> store.rename(CHAT, "x"));
  }

  @Test
  void writesAPageOnceForAllNames() throws Exception {
    save(CHAT, Snapshots.ofPages(List.of(1L, 2L, 3L)));
    Expected other = Snapshots.ofPages(List.of(1L, 2L, 4L, 4L));
    save(OTHER, other);
    assertThat(storedPages()).isEqualTo(4);
    reopen();
    SnapshotName third = new SnapshotName("bob", "third");
    save(third, Snapshots.ofPages(List.of(4L, 3L)));
    assertThat(storedPages()).isEqualTo(4);
    store.delete(CHAT);
    store.collect();
    assertSame(store.open(OTHER), other);
    assertSame(store.open(third), Snapshots.ofPages(List.of(4L, 3L)));
  }

  /** A key may be forged, or collide: what counts is the page. */
  @Test
  void neverTakesOnePageForAnotherOfTheSameKey() throws Exception {
    save(CHAT, Snapshots.ofPages(List.of(1L)));
    PageSource forged = new PageSource(Snapshots.key(1), null, Snapshots.bytes(2));
    SnapshotManifest manifest = Snapshots.ofPages(List.of(1L)).manifest();
    store.save(OTHER, manifest, List.of(forged), false);
    assertPages(store.open(OTHER).pages(), List.of(2L));
    assertPages(store.open(CHAT).pages(), List.of(1L));
  }

  @Test
  void refersToStoredPagesWithoutTheirBytes() throws Exception {
    List<StoredPage> stored = save(CHAT, Snapshots.of(1, 3));
    Expected other = Snapshots.of(1, 3);
    List<PageSource> sources =
        stored.stream().map(page -> new PageSource(page.key(), page, null)).toList();
    store.save(OTHER, other.manifest(), sources, false);
    assertThat(storedPages()).isEqualTo(3);
    store.delete(OTHER);
    store.delete(CHAT);
    store.collect();
    assertThat(storedPages()).isZero();
    assertPages(store.save(CHAT, other.manifest(), sources, false), other.pages());
    assertSame(store.open(CHAT), other);
  }

  @Test
  void cutsPagesIntoSegments() throws Exception {
    config = config.withSegmentBytes(2 * Snapshots.LAYOUT.pageBytes());
    reopen();
    save(CHAT, Snapshots.of(1, 5));
    assertThat(segments()).hasSize(3);
    assertSame(store.open(CHAT), Snapshots.of(1, 5));
  }

  @Test
  void hidesAnExpiredNameAndCollectsIt() throws Exception {
    Instant expires = now.plus(Duration.ofMinutes(1));
    Expected chat = Snapshots.of(1, 2);
    SnapshotManifest manifest = Snapshots.manifest(2, Optional.of(expires), Set.of());
    save(CHAT, chat.with(manifest));
    now = expires.minusNanos(1);
    assertSame(store.open(CHAT), chat.with(manifest));
    assertThat(store.describe(CHAT).expires()).contains(expires);
    now = expires;
    assertNotFound(CHAT);
    assertThat(store.list("alice")).isEmpty();
    assertThat(store.users()).isEmpty();
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            () -> store.take(CHAT),
            () -> store.delete(CHAT),
            () -> store.rename(CHAT, "x"),
            () -> store.describe(CHAT),
            () -> store.grant(CHAT, "bob"))) {
      assertRefused(Reason.NOT_FOUND, "there is no snapshot @alice/chat", use);
    }
    Collected collected = store.collect();
    assertThat(collected.expiredNames()).isEqualTo(1);
    assertThat(collected.segments()).isEqualTo(1);
    assertThat(collected.problems()).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void savesAndRenamesOverAnExpiredName() throws Exception {
    Instant expires = now.plusSeconds(1);
    save(CHAT, Snapshots.of(1, 1).with(Snapshots.manifest(1, Optional.of(expires), Set.of())));
    save(OTHER, Snapshots.of(2, 1).with(Snapshots.manifest(1, Optional.of(expires), Set.of())));
    now = expires;
    save(CHAT, Snapshots.of(3, 1));
    store.rename(CHAT, "other");
    assertSame(store.open(OTHER), Snapshots.of(3, 1));
  }

  @Test
  void refusesWhatIsOverTheQuotaBeforeAnythingIsWritten() throws Exception {
    save(CHAT, Snapshots.of(1, 8));
    long used = store.describe(CHAT).bytes();
    config = config.withBytesPerUser(used + 1000);
    reopen();
    assertRefused(
        Reason.LIMIT,
        "@alice/other needs 2,048 bytes, and the other snapshots of alice have %,d of the %,d bytes"
            .formatted(used, used + 1000),
        () -> save(OTHER, Snapshots.of(2, 8)));
    assertThat(segments()).hasSize(1);
    // Shared pages are counted once, those that are replaced not at all, other users' neither.
    save(OTHER, Snapshots.of(1, 8));
    store.delete(OTHER);
    Expected replacement = Snapshots.of(2, 8);
    store.save(CHAT, replacement.manifest(), replacement.sources(), true);
    save(new SnapshotName("bob", "chat"), Snapshots.of(3, 8));
  }

  @Test
  void tellsWhatIsSharedWithOtherNames() throws Exception {
    save(CHAT, Snapshots.ofPages(List.of(1L, 2L, 3L)));
    assertThat(store.describe(CHAT).sharedBytes()).isZero();
    save(OTHER, Snapshots.ofPages(List.of(1L, 2L, 4L, 4L)));
    SnapshotInfo info = store.describe(OTHER);
    long page = Snapshots.LAYOUT.pageBytes();
    long manifest = Files.size(folder.resolve("names/alice/other.snapshot"));
    assertThat(info)
        .isEqualTo(
            new SnapshotInfo(
                OTHER,
                Snapshots.NOW,
                Optional.empty(),
                29,
                3 * page + manifest,
                2 * page,
                "pocket",
                Set.of(),
                Optional.empty()));
    assertThat(store.list("alice")).extracting(SnapshotInfo::name).containsExactly(CHAT, OTHER);
  }

  @Test
  void grantsAndRevokes() throws Exception {
    Expected chat = Snapshots.of(1, 2);
    save(CHAT, chat);
    store.grant(CHAT, "bob");
    store.grant(CHAT, "carol");
    store.revoke(CHAT, "bob");
    store.revoke(CHAT, "dave");
    reopen();
    assertSame(
        store.open(CHAT), chat.with(Snapshots.manifest(2, Optional.empty(), Set.of("carol"))));
    assertThat(store.describe(CHAT).grants()).containsExactly("carol");
    assertThatThrownBy(() -> store.grant(CHAT, "@bob")).hasMessageContaining("begins with '@'");
  }

  @Test
  void rewritesASegmentThatIsMostlyDead() throws Exception {
    save(CHAT, Snapshots.ofPages(List.of(1L, 2L, 3L, 4L, 5L)));
    Expected other = Snapshots.ofPages(List.of(2L, 5L));
    save(OTHER, other);
    StoredSnapshot before = store.open(OTHER);
    assertThat(store.collect().segments()).isZero();
    store.delete(CHAT);
    Collected collected = store.collect();
    assertThat(collected.segments()).isEqualTo(1);
    assertThat(collected.bytes()).isEqualTo(3 * Snapshots.LAYOUT.pageBytes());
    assertThat(storedPages()).isEqualTo(2);
    assertSame(store.open(OTHER), other);
    assertSame(before, other);
    assertThat(store.collect()).isEqualTo(new Collected(0, 0, 0, 0, List.of()));
    // What is referred to by what was opened before is found where it is now.
    List<PageSource> sources =
        before.pages().stream().map(page -> new PageSource(page.key(), page, null)).toList();
    store.save(CHAT, other.manifest(), sources, false);
    assertThat(storedPages()).isEqualTo(2);
  }

  @Test
  void collectsTheLeftoversOfACrash() throws Exception {
    save(CHAT, Snapshots.of(1, 1));
    Files.writeString(folder.resolve("tmp/x"), "half a segm");
    Files.writeString(folder.resolve("segments/" + "0".repeat(64) + ".segment"), "dead");
    assertThat(store.collect()).isEqualTo(new Collected(0, 1, 15, 1, List.of()));
    assertSame(store.open(CHAT), Snapshots.of(1, 1));
  }

  @Test
  void seesWhatAnotherStoreDoesInTheSameFolder() throws Exception {
    save(CHAT, Snapshots.of(1, 2));
    try (SnapshotStore second = SnapshotStore.open(folder, config)) {
      StoredSnapshot seen = second.open(CHAT);
      second.delete(CHAT);
      second.collect();
      assertSame(seen, Snapshots.of(1, 2));
      assertNotFound(CHAT);
      // The first store knows the pages on disk, but they are not there any more.
      save(CHAT, Snapshots.of(1, 2));
      assertSame(second.open(CHAT), Snapshots.of(1, 2));
      second.save(OTHER, Snapshots.of(2, 2).manifest(), Snapshots.of(2, 2).sources(), false);
      save(new SnapshotName("alice", "third"), Snapshots.of(2, 2));
      assertThat(storedPages()).isEqualTo(4);
    }
  }

  @Test
  void anInterruptedThreadSavesAndReads() throws Exception {
    Thread.currentThread().interrupt();
    try {
      save(CHAT, Snapshots.of(1, 2));
      assertSame(store.open(CHAT), Snapshots.of(1, 2));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertSame(store.open(CHAT), Snapshots.of(1, 2));
  }

  @Test
  void readsNothingOnceItIsClosed() throws Exception {
    StoredPage page = save(CHAT, Snapshots.of(1, 1)).getFirst();
    store.close();
    assertThatThrownBy(() -> Snapshots.read(page))
        .isInstanceOf(DamagedPageException.class)
        .hasMessageContaining("page " + page.key() + " is lost");
    assertRefused(
        Reason.IO, "cannot open @alice/chat: the snapshot store is closed", () -> store.open(CHAT));
    assertRefused(
        Reason.IO,
        "cannot save @alice/other: the snapshot store is closed",
        () -> save(OTHER, Snapshots.of(1, 1)));
  }

  @Test
  void listsDamagedAndForeignFilesWithoutHarmToOthers() throws Exception {
    save(CHAT, Snapshots.of(1, 2));
    save(OTHER, Snapshots.of(2, 2));
    Path names = folder.resolve("names/alice");
    Files.writeString(names.resolve("broken.snapshot"), "no manifest");
    Files.createDirectory(names.resolve("folder.snapshot"));
    Files.writeString(names.resolve("%zz.snapshot"), "no name");
    Files.writeString(names.resolve("notes.txt"), "no snapshot");
    Files.writeString(folder.resolve("names/file"), "no user");
    Files.writeString(folder.resolve("segments/readme"), "no segment");
    Files.delete(segments().getFirst());
    List<SnapshotInfo> infos = store.list("alice");
    assertThat(infos)
        .extracting(info -> info.name().name())
        .containsExactly("broken", "chat", "folder", "other");
    assertThat(infos.get(0).problem()).contains("the manifest does not begin like one");
    assertThat(infos.get(2).problem().orElseThrow()).startsWith("the manifest cannot be read: ");
    long whole = infos.stream().filter(info -> info.problem().isEmpty()).count();
    assertThat(whole).isEqualTo(1);
    assertThat(infos.get(1).problem().or(infos.get(3)::problem).orElseThrow())
        .containsPattern("its segment [0-9a-f]{64} is missing");
    SnapshotName broken = new SnapshotName("alice", "broken");
    assertRefused(
        Reason.DAMAGED,
        "cannot open @alice/broken: the manifest does not begin like one",
        () -> store.open(broken));
    assertThat(store.collect().problems())
        .contains(
            "no segment was deleted, as nobody knows which ones @alice/broken needs: "
                + "the manifest does not begin like one");
    store.delete(broken);
    Files.delete(names.resolve("folder.snapshot"));
    assertThat(store.collect().problems()).isEmpty();
  }

  @Test
  void aMissingSegmentFailsAtTheRead() throws Exception {
    save(CHAT, Snapshots.of(1, 2));
    Files.delete(segments().getFirst());
    reopen();
    StoredSnapshot snapshot = store.open(CHAT);
    assertThat(snapshot.manifest()).isEqualTo(Snapshots.of(1, 2).manifest());
    assertThatThrownBy(() -> Snapshots.read(snapshot.pages().getFirst()))
        .isInstanceOf(DamagedPageException.class)
        .hasMessageContaining("cannot be opened: there is no file");
  }

  @Test
  void aDamagedPageIsWrittenAgainByTheNextSave() throws Exception {
    save(CHAT, Snapshots.of(1, 2));
    Path segment = segments().getFirst();
    byte[] bytes = Files.readAllBytes(segment);
    bytes[4096 + 300] ^= 1;
    Files.write(segment, bytes);
    reopen();
    StoredSnapshot damaged = store.open(CHAT);
    assertPages(damaged.pages().subList(0, 1), List.of(1L << 20));
    assertThatThrownBy(() -> Snapshots.read(damaged.pages().get(1)))
        .isInstanceOf(DamagedPageException.class)
        .hasMessageContaining("has changed since it was written: its checksum is wrong");
    save(OTHER, Snapshots.of(1, 2));
    assertSame(store.open(OTHER), Snapshots.of(1, 2));
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("segments"))) {
      return files.filter(file -> file.toString().endsWith(".segment")).toList();
    }
  }

  /** Pages in segments, dead ones among them. */
  private int storedPages() throws IOException {
    int pages = 0;
    for (Path segment : segments()) {
      String file = segment.getFileName().toString();
      String id = file.substring(0, file.indexOf('.'));
      try (Storage.File open = new FileStorage().open(segment, Storage.Access.READ)) {
        pages += SegmentHeader.read(open, id).keys().size();
      }
    }
    return pages;
  }

  /** What a store without names should not have. */
  private List<Path> files() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String in : List.of("names", "segments", "tmp")) {
      try (Stream<Path> files = Files.walk(folder.resolve(in))) {
        files.filter(Files::isRegularFile).forEach(found::add);
      }
    }
    return found;
  }

  private void assertNotFound(SnapshotName name) {
    assertRefused(Reason.NOT_FOUND, "there is no snapshot " + name, () -> store.open(name));
  }

  private static void assertRefused(Reason reason, String message, ThrowingCallable what) {
    assertThatThrownBy(what)
        .isInstanceOfSatisfying(
            SnapshotException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }
}
