package dev.bourse.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of sealed pages: who keeps them, who takes their frames, where they are read from.
 */
class PageCacheTest {
  private static final Lineage ALICE = new Lineage("alice");

  private final Tables tables = new Tables(4);
  private final PageCache cache = tables.cache;

  @AfterEach
  void close() {
    tables.close();
  }

  // The tree.

  @Test
  void findsPagesByTheirRowsParentAndLineage() {
    PageTable table = tables.filled(2, Tables.tokens(0, 16));
    Page first = table.sealedPages().get(0);
    Page second = table.sealedPages().get(1);
    Lineage alice = cache.lineage("alice");
    PageContent rows = Tables.content(8, Tables.tokens(8, 8));
    assertThat(cache.find(first, alice, rows)).isSameAs(second);
    assertThat(cache.find(null, alice, rows)).isNull();
    assertThat(cache.find(second, alice, rows)).isNull();
    assertThat(cache.find(first, cache.lineage("bob"), rows)).isNull();
    assertThat(cache.find(first, alice, Tables.content(8, Tables.tokens(9, 8)))).isNull();
    assertThat(second.parent()).isSameAs(first);
    assertThat(second.lineage()).isEqualTo(alice);
    assertThat(second.content().length()).isEqualTo(8);
  }

  @Test
  void anInternedPageIsKnownOnceItIsHeld() {
    Lineage alice = cache.lineage("alice");
    Page first = cache.intern(null, alice, Tables.content(0, Tables.tokens(0, 8)));
    Page second = cache.intern(first, alice, Tables.content(8, Tables.tokens(8, 8)));
    assertThat(cache.roots()).isEmpty();
    PageTable table = PageTable.of(cache, alice, List.of(first, second), null, 0, List.of(), 0, 2);
    assertThat(cache.roots()).containsExactly(first);
    assertThat(cache.intern(null, alice, first.content())).isSameAs(first);
    assertThat(cache.intern(first, alice, second.content())).isSameAs(second);
    assertThat(first.isResident()).isFalse();
    assertThat(first.copy()).isNull();
    assertThatThrownBy(first::frame).hasMessageContaining("is not in memory");
    tables.check(table);
    table.release();
    assertThat(cache.roots()).isEmpty();
  }

  @Test
  void aPageWithoutMemoryIsForgottenWithTheLastThatComesAfterIt() {
    PageTable table = tables.filled(2, Tables.tokens(0, 16));
    Page first = table.sealedPages().get(0);
    Page second = table.sealedPages().get(1);
    table.release();
    cache.evict(first);
    assertThat(cache.roots()).containsExactly(first);
    tables.check();
    cache.evict(second);
    assertThat(cache.roots()).isEmpty();
    tables.check();
  }

  @Test
  void sealingWhatIsInMemoryAlreadyGivesTheFrameBack() {
    PageTable table = tables.filled(1, Tables.tokens(0, 8));
    Page page = table.sealedPages().getFirst();
    table.release();
    int frame = tables.pool.allocate();
    assertThat(tables.pool.freeCount()).isEqualTo(2);
    Page sealed = cache.seal(null, cache.lineage("alice"), page.content(), frame);
    assertThat(sealed).isSameAs(page);
    assertThat(tables.pool.freeCount()).isEqualTo(3);
    assertThat(tables.pool.isFree(frame)).isTrue();
    tables.check();
  }

  @Test
  void sealingWhatIsAbsentFillsIt() {
    PageTable table = tables.filled(1, Tables.tokens(0, 8));
    Page page = table.sealedPages().getFirst();
    table.suspend();
    cache.evict(page);
    PageTable other = tables.filled(1, Tables.tokens(0, 8));
    assertThat(other.sealedPages()).containsExactly(page);
    assertThat(page.isResident()).isTrue();
    tables.check(table, other);
  }

  @Test
  void sealingWhatIsBeingLoadedMakesAPageOfItsOwn() {
    PageTable table = tables.filled(1, Tables.tokens(0, 8));
    Page page = table.sealedPages().getFirst();
    table.suspend();
    Tables.Copy copy = tables.copy(page);
    cache.evict(page);
    cache.beginLoading(page);
    PageTable other = tables.filled(1, Tables.tokens(0, 8));
    assertThat(other.sealedPages()).doesNotContain(page);
    assertThat(other.sealedPages().getFirst().key()).isEqualTo(page.key());
    tables.check(table, other);
    copy.read(tables.pool.frame(page.frame()));
    cache.loaded(page);
    tables.check(table, other);
    other.release();
    table.release();
    cache.reclaim(4);
    assertThat(tables.pool.freeCount()).isEqualTo(4);
    tables.check();
  }

  // Memory.

  @Test
  void aPageIsPinnedIdleOrCached() {
    PageTable table = tables.filled(1, Tables.tokens(0, 8));
    Page page = table.sealedPages().getFirst();
    assertThat(cache.isEvictable(page)).isFalse();
    assertThatThrownBy(() -> cache.evict(page))
        .hasMessage("page " + page.key() + " is pinned, not in memory, or would be lost");
    table.suspend();
    assertThat(cache.idleCount()).isEqualTo(1);
    assertThat(cache.cachedCount()).isZero();
    assertThat(page.holders()).isEqualTo(1);
    table.release();
    assertThat(cache.idleCount()).isZero();
    assertThat(cache.cachedCount()).isEqualTo(1);
    assertThat(page.holders()).isZero();
    cache.evict(page);
    assertThat(cache.isEvictable(page)).isFalse();
    assertThat(tables.pool.freeCount()).isEqualTo(4);
  }

  @Test
  void takesCachedPagesFirstAndThoseThatCanBeReadBackNext() {
    PageTable kept = tables.filled(1, Tables.tokens(100, 8));
    PageTable saved = tables.filled(1, Tables.tokens(200, 8));
    PageTable gone = tables.filled(1, Tables.tokens(300, 8));
    kept.suspend();
    saved.suspend();
    gone.release();
    tables.copy(saved.sealedPages().getFirst());
    cache.reclaim(1);
    assertThat(cache.cachedCount()).isZero();
    assertThat(cache.idleCount()).isEqualTo(2);
    cache.reclaim(2);
    assertThat(saved.absentPages()).hasSize(1);
    assertThat(kept.absentPages()).isEmpty();
    assertThat(cache.unsaved()).isEqualTo(kept.sealedPages());
    tables.check(kept, saved);
  }

  @Test
  void takesTheEndOfATableBeforeItsBeginningAndTheOldestTableFirst() {
    PageTable first = tables.filled(2, Tables.tokens(100, 16));
    PageTable second = tables.filled(2, Tables.tokens(200, 16));
    List<Page> firstPages = first.sealedPages();
    List<Page> secondPages = second.sealedPages();
    first.release();
    second.release();
    assertThat(cache.cachedPages())
        .containsExactly(
            firstPages.get(1), firstPages.get(0), secondPages.get(1), secondPages.get(0));
    PageTable again = tables.table("alice", 0);
    cache.reclaim(1);
    again.reserve(1);
    assertThat(again.reuse(Tables.rows(0, Tables.tokens(100, 8)), 0, 8)).isEqualTo(8);
    again.release();
    assertThat(cache.cachedPages())
        .containsExactly(secondPages.get(1), secondPages.get(0), firstPages.get(0));
  }

  @Test
  void aLeaseKeepsAPageWhereItIs() {
    PageTable table = tables.filled(1, Tables.tokens(0, 8));
    Page page = table.sealedPages().getFirst();
    PageCache.Lease lease = cache.lease(page);
    table.release();
    tables.check();
    assertThat(cache.isEvictable(page)).isFalse();
    cache.reclaim(4);
    assertThat(page.isResident()).isTrue();
    lease.close();
    lease.close();
    assertThat(cache.cachedCount()).isEqualTo(1);
    tables.check();
  }

  @Test
  void aPageUnderALeaseIsNotTakenOver() {
    PageTable table = tables.filled(1, 1, 2, 3);
    table.suspend();
    Page page = table.sealedPages().getFirst();
    PageCache.Lease lease = cache.lease(page);
    table.pin();
    assertThat(table.missingFrames()).isEqualTo(1);
    assertThatThrownBy(() -> cache.takeOver(page)).hasMessageContaining("is pinned by others");
    lease.close();
    assertThat(table.missingFrames()).isZero();
  }

  @Test
  void aFullPageThatOthersComeAfterIsOnlyTakenOverForWantOfASpareFrame() {
    PageTable table = tables.filled(2, Tables.tokens(0, 16));
    table.truncate(11);
    assertThat(cache.cachedCount()).isEqualTo(1);
    assertThat(table.missingFrames()).isEqualTo(1);
    assertThat(table.spareFrames()).isEqualTo(1);
    cache.reclaim(1);
    assertThat(table.missingFrames()).isEqualTo(1);
    assertThat(table.spareFrames()).isZero();
  }

  @Test
  void loadsAPageIntoAFrame() {
    PageTable table = tables.filled(1, Tables.tokens(0, 8));
    table.suspend();
    Page page = table.sealedPages().getFirst();
    assertThatThrownBy(() -> cache.beginLoading(page))
        .hasMessageContaining("is in memory, or on its way there");
    assertThatThrownBy(() -> cache.loaded(page)).hasMessageContaining("is not being loaded");
    assertThatThrownBy(() -> cache.abandonLoading(page))
        .hasMessageContaining("is not being loaded");
    tables.copy(page);
    cache.evict(page);
    cache.beginLoading(page);
    assertThat(page.isLoading()).isTrue();
    assertThat(page.isResident()).isFalse();
    assertThat(cache.isEvictable(page)).isFalse();
    assertThatThrownBy(() -> cache.beginLoading(page)).hasMessageContaining("on its way there");
    tables.check(table);
    cache.abandonLoading(page);
    assertThat(tables.pool.freeCount()).isEqualTo(4);
    tables.check(table);
  }

  @Test
  void aPageIsLoadedEvenIfNobodyWantsItAnyMore() {
    PageTable table = tables.filled(1, Tables.tokens(0, 8));
    table.suspend();
    Page page = table.sealedPages().getFirst();
    Tables.Copy copy = tables.copy(page);
    cache.evict(page);
    cache.beginLoading(page);
    table.release();
    tables.check();
    copy.read(tables.pool.frame(page.frame()));
    cache.loaded(page);
    assertThat(cache.cachedCount()).isEqualTo(1);
    tables.check();
  }

  // Copies.

  @Test
  void onlyAPageThatIsHeldHasCopies(@TempDir Path folder) throws IOException {
    try (SpillFile file = SpillFile.create(folder, tables.pool.layout().pageBytes(), 1_000)) {
      PageTable table = tables.filled(1, Tables.tokens(0, 8));
      table.suspend();
      Page page = table.sealedPages().getFirst();
      cache.spilled(page, write(file, page));
      assertThat(page.copy()).isInstanceOf(SpillFile.Slot.class);
      assertThat(cache.unsaved()).isEmpty();
      SpillFile.Slot second = write(file, page);
      cache.spilled(page, second);
      assertThat(file.usedCount()).isEqualTo(1);
      tables.check(table);
      table.release();
      assertThat(page.copy()).isNull();
      assertThat(file.usedCount()).isZero();
      cache.spilled(page, write(file, page));
      cache.stored(page, target -> {});
      assertThat(page.copy()).isNull();
      assertThat(file.usedCount()).isZero();
      tables.check();
    }
  }

  @Test
  void aSnapshotReplacesTheSpilledCopy(@TempDir Path folder) throws IOException {
    try (SpillFile file = SpillFile.create(folder, tables.pool.layout().pageBytes(), 1_000)) {
      PageTable table = tables.filled(1, Tables.tokens(0, 8));
      table.suspend();
      Page page = table.sealedPages().getFirst();
      cache.spilled(page, write(file, page));
      PageCopy copy = tables.copy(page);
      assertThat(page.copy()).isSameAs(copy);
      assertThat(page.stored()).isSameAs(copy);
      assertThat(file.usedCount()).isZero();
      cache.damaged(page, target -> {});
      assertThat(page.copy()).isSameAs(copy);
      cache.damaged(page, copy);
      assertThat(page.copy()).isNull();
      cache.spilled(page, write(file, page));
      cache.damaged(page, Objects.requireNonNull(page.copy()));
      assertThat(page.copy()).isNull();
      assertThat(file.usedCount()).isZero();
      tables.check(table);
    }
  }

  @Test
  void aSlotIsNotUsedAgainWhileSomebodyReadsIt(@TempDir Path folder) throws IOException {
    try (SpillFile file = SpillFile.create(folder, tables.pool.layout().pageBytes(), 1_000)) {
      PageTable table = tables.filled(1, Tables.tokens(0, 8));
      table.suspend();
      Page page = table.sealedPages().getFirst();
      cache.spilled(page, write(file, page));
      cache.evict(page);
      cache.beginLoading(page);
      table.release();
      assertThat(file.usedCount()).isEqualTo(1);
      tables.check();
      cache.loaded(page);
      assertThat(file.usedCount()).isZero();
      tables.check();
    }
  }

  private SpillFile.Slot write(SpillFile file, Page page) throws IOException {
    return Objects.requireNonNull(file.write(tables.pool.frame(page.frame())));
  }

  // The laws.

  @Test
  void theLawsSeeAForgottenTableAndAFrameThatLeaks() {
    PageTable table = tables.filled(1, Tables.tokens(0, 8));
    assertThatThrownBy(() -> cache.check(List.of())).hasMessageContaining("holders and");
    tables.check(table);
    tables.pool.allocate();
    assertThatThrownBy(() -> cache.check(List.of(table)))
        .hasMessage("1 frames are used and 2 free, of 4");
  }

  @Test
  void countsAreNeverNegative() {
    PageTable table = tables.filled(1, Tables.tokens(0, 8));
    Page page = table.sealedPages().getFirst();
    table.release();
    assertThatThrownBy(() -> cache.unpin(page)).hasMessageContaining("has fewer than no pins");
    assertThatThrownBy(() -> cache.release(page, false))
        .hasMessageContaining("has fewer than no holders");
    Page other = new Page(null, ALICE, PageKey.NONE, Tables.content(0, 1));
    Link link = new Link(null, other, false);
    assertThatThrownBy(() -> Link.release(link, cache)).hasMessageContaining("once too often");
    assertThatThrownBy(() -> Link.unpin(link, cache)).hasMessageContaining("once too often");
  }
}
