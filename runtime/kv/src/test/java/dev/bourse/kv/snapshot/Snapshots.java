package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageKey;
import dev.bourse.kv.snapshot.SnapshotException.Reason;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

/** Snapshots whose every byte follows from some numbers. */
final class Snapshots {
  private Snapshots() {}

  static final KvLayout LAYOUT = new KvLayout(1, 1, 4, 8);
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678901234Z");

  /** A manifest, and the numbers its pages follow from. */
  record Expected(SnapshotManifest manifest, List<Long> pages) {

    List<PageSource> sources() {
      return pages.stream().map(page -> new PageSource(key(page), null, bytes(page))).toList();
    }

    Expected with(SnapshotManifest other) {
      return new Expected(other, pages);
    }

    List<PageKey> keys() {
      return manifest.lineages().stream().anyMatch(lineage -> lineage.name().startsWith("import:"))
          ? importedKeys(manifest)
          : pages.stream().map(Snapshots::key).toList();
    }

    boolean isIn(StoredSnapshot stored) throws DamagedPageException {
      if (!stored.manifest().equals(manifest)
          || !stored.pages().stream().map(StoredPage::key).toList().equals(keys())) {
        return false;
      }
      for (int i = 0; i < pages.size(); i++) {
        byte[] bytes = bytes(pages.get(i)).toArray(ValueLayout.JAVA_BYTE);
        if (!Arrays.equals(read(stored.pages().get(i)), bytes)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Keys that follow from the lineage. */
  static List<PageKey> importedKeys(SnapshotManifest manifest) {
    long lineage = manifest.lineages().toString().hashCode();
    return LongStream.range(0, manifest.storedPages())
        .mapToObj(page -> key(lineage << 20 | page))
        .toList();
  }

  /** A snapshot of pages that are all different from those of other seeds. */
  static Expected of(long seed, int pages) {
    return ofPages(LongStream.range(0, pages).map(page -> seed << 20 | page).boxed().toList());
  }

  static Expected ofPages(List<Long> pages) {
    return new Expected(manifest(pages.size(), Optional.empty(), Set.of()), pages);
  }

  static SnapshotManifest manifest(int pages, Optional<Instant> expires, Set<String> grants) {
    int tokens = Math.max(0, pages * LAYOUT.pageTokens() - 3);
    Random random = new Random(pages);
    return new SnapshotManifest(
        NOW,
        expires,
        new Fingerprint("pocket", "m", "t", "c", "", "f32", LAYOUT),
        random.ints(tokens, 0, 1 << 17).toArray(),
        random.ints(tokens, 0, 1 << 20).toArray(),
        tokens > 2 ? List.of(new RowMask(2, new int[] {1, 2, 3})) : List.of(),
        Math.max(0, pages - 1),
        1,
        pages == 0 ? List.of() : List.of(new LineageRun("alice's", pages)),
        List.of(),
        Optional.of("{\"of\": \"the caller\"}"),
        grants);
  }

  static PageKey key(long page) {
    Random random = new Random(page);
    return new PageKey(random.nextLong(), random.nextLong(), random.nextLong(), page);
  }

  static MemorySegment bytes(long page) {
    byte[] bytes = new byte[(int) LAYOUT.pageBytes()];
    new Random(~page).nextBytes(bytes);
    return MemorySegment.ofArray(bytes);
  }

  /** The bytes of a stored page, which is verified. */
  static byte[] read(StoredPage page) throws DamagedPageException {
    byte[] bytes = new byte[(int) page.bytes()];
    page.read(MemorySegment.ofArray(bytes));
    return bytes;
  }

  /** Which of the snapshots that may be under a name is there, to the last byte. */
  static Optional<Expected> look(
      SnapshotStore store, SnapshotName name, Set<Optional<Expected>> possible)
      throws SnapshotException {
    try {
      StoredSnapshot stored = store.open(name);
      for (Optional<Expected> one : possible) {
        if (one.isPresent() && one.get().isIn(stored)) {
          return one;
        }
      }
      return fail("%s is none of %s", name, possible);
    } catch (SnapshotException e) {
      if (e.reason() != Reason.NOT_FOUND) {
        throw e;
      }
      assertThat(possible).as("%s", name).contains(Optional.empty());
      return Optional.empty();
    }
  }

  /** Everything that was saved is there, to the last byte. */
  static void assertSame(StoredSnapshot actual, Expected expected) throws DamagedPageException {
    assertThat(actual.manifest()).isEqualTo(expected.manifest());
    assertThat(actual.pages()).extracting(StoredPage::key).isEqualTo(expected.keys());
    assertPages(actual.pages(), expected.pages());
  }

  static void assertPages(List<StoredPage> actual, List<Long> pages) throws DamagedPageException {
    assertThat(actual).hasSameSizeAs(pages);
    for (int i = 0; i < pages.size(); i++) {
      assertThat(read(actual.get(i)))
          .as("page %d", i)
          .isEqualTo(bytes(pages.get(i)).toArray(ValueLayout.JAVA_BYTE));
    }
  }
}
