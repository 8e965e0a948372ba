package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
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
        pages == 0 ? List.of() : List.of(new Lineage("alice's", pages)),
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
    MemorySegment segment = Arena.ofAuto().allocate(bytes.length);
    return segment.copyFrom(MemorySegment.ofArray(bytes));
  }

  /** The bytes of a stored page, which is verified. */
  static byte[] read(StoredPage page) throws DamagedPageException {
    MemorySegment to = Arena.ofAuto().allocate(page.bytes());
    page.read(to);
    return to.toArray(ValueLayout.JAVA_BYTE);
  }

  /** Everything that was saved is there, to the last byte. */
  static void assertSame(StoredSnapshot actual, Expected expected) throws DamagedPageException {
    assertThat(actual.manifest()).isEqualTo(expected.manifest());
    assertThat(actual.pages()).extracting(StoredPage::key).isEqualTo(keys(expected.pages()));
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

  static List<PageKey> keys(List<Long> pages) {
    return pages.stream().map(Snapshots::key).toList();
  }
}
