package dev.bourse.kv;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever comes to a prefix that somebody of the same lineage has computed gets its pages. */
class PageReuseTest {
  private final Tables tables = new Tables(8);

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void findsWholePagesAndTheBeginningOfOne() {
    PageTable first = tables.filled(3, Tables.tokens(0, 24));
    PageTable second = tables.table(3);
    int found = second.reuse(Tables.rows(0, Tables.tokens(0, 22)), 0, 22);
    assertThat(found).isEqualTo(22);
    assertThat(second.fullPages()).isEqualTo(2);
    assertThat(second.sealedPages()).isEqualTo(first.sealedPages().subList(0, 2));
    assertThat(second.length()).isEqualTo(22);
    assertThat(tables.pool.freeCount()).isEqualTo(4);
    tables.check(first, second);
  }

  @Test
  void findsRowsUpToTheFirstThatIsOther() {
    PageTable first = tables.filled(1, 1, 2, 3, 4, 5, 6, 7, 8);
    PageTable second = tables.table(1);
    int found = second.reuse(Tables.rows(0, 1, 2, 3, 9, 5, 6, 7, 8), 0, 8);
    assertThat(found).isEqualTo(3);
    tables.fill(second, 9);
    tables.check(first, second);
  }

  @Test
  void goesOnWhereItsOwnRowsEnd() {
    PageTable first = tables.filled(2, Tables.tokens(0, 16));
    PageTable second = tables.filled(2, 0, 1, 2);
    int found = second.reuse(Tables.rows(3, Tables.tokens(3, 13)), 0, 13);
    assertThat(found).isEqualTo(13);
    assertThat(second.fullPages()).isEqualTo(2);
    assertThat(second.sealedPages()).isEqualTo(first.sealedPages());
    assertThat(tables.pool.freeCount()).isEqualTo(6);
    tables.check(first, second);
  }

  @Test
  void takesTheLongestBeginningOfAll() {
    PageTable a = tables.filled(1, 1, 2, 9, 9, 9, 9, 9, 9);
    PageTable b = tables.filled(1, 1, 2, 3, 4, 9, 9, 9, 9);
    PageTable c = tables.filled(1, 1, 9, 9, 9, 9, 9, 9, 9);
    PageTable second = tables.table(1);
    assertThat(second.reuse(Tables.rows(0, 1, 2, 3, 4, 5, 6), 0, 6)).isEqualTo(4);
    tables.check(a, b, c, second);
  }

  @Test
  void takesNoMoreThanIsWantedAndThanHasRoom() {
    PageTable first = tables.filled(3, Tables.tokens(0, 24));
    PageTable second = tables.table(2);
    assertThat(second.reuse(Tables.rows(0, Tables.tokens(0, 24)), 0, 24)).isEqualTo(16);
    PageTable third = tables.table(1);
    assertThat(third.reuse(Tables.rows(0, Tables.tokens(0, 8)), 0, 0)).isZero();
    assertThat(third.reuse(Tables.rows(0, Tables.tokens(0, 8)), 0, 1)).isEqualTo(1);
    assertThat(third.reuse(Tables.rows(0, Tables.tokens(0, 8)), 1, 8)).isEqualTo(7);
    tables.check(first, second, third);
  }

  @Test
  void lineagesNeverMeet() {
    PageTable alice = tables.filled(2, Tables.tokens(0, 12));
    alice.suspend();
    PageTable bob = tables.table("bob", 2);
    assertThat(bob.reuse(Tables.rows(0, Tables.tokens(0, 12)), 0, 12)).isZero();
    tables.fill(bob, Tables.tokens(0, 12));
    bob.suspend();
    assertThat(bob.sealedPages()).doesNotContainAnyElementsOf(alice.sealedPages());
    assertThat(bob.sealedPages().getFirst().key())
        .isNotEqualTo(alice.sealedPages().getFirst().key());
    tables.check(alice, bob);
  }

  @Test
  void lineagesNeverMeetEvenIfTheirKeysDo() {
    Tables colliding = new Tables(8, new CollidingHasher(ToyModel.LAYOUT));
    try (colliding) {
      PageTable alice = colliding.filled(2, Tables.tokens(0, 12));
      PageTable bob = colliding.table("bob", 2);
      assertThat(bob.reuse(Tables.rows(0, Tables.tokens(0, 12)), 0, 12)).isZero();
      colliding.fill(bob, Tables.tokens(0, 12));
      assertThat(bob.sealedPages()).doesNotContainAnyElementsOf(alice.sealedPages());
      colliding.check(alice, bob);
    }
  }

  @Test
  void pagesWithOneKeyAreNotTakenForEachOther() {
    Tables colliding = new Tables(8, new SameKey());
    try (colliding) {
      PageTable first = colliding.filled(2, Tables.tokens(0, 16));
      PageTable second = colliding.table(2);
      assertThat(second.reuse(Tables.rows(0, Tables.tokens(100, 16)), 0, 16)).isZero();
      colliding.fill(second, Tables.tokens(100, 16));
      assertThat(second.sealedPages()).doesNotContainAnyElementsOf(first.sealedPages());
      PageTable third = colliding.table(2);
      assertThat(third.reuse(Tables.rows(0, Tables.tokens(0, 16)), 0, 16)).isEqualTo(16);
      colliding.check(first, second, third);
      // The second page with a key is used, and not found, so it goes with its table.
      first.release();
      second.release();
      third.release();
      colliding.cache.reclaim(8);
      assertThat(colliding.pool.freeCount()).isEqualTo(8);
      assertThat(colliding.cache.roots()).isEmpty();
      colliding.check();
    }
  }

  /** Gives all pages one key. */
  private static final class SameKey extends PageHasher {
    SameKey() {
      super(() -> "toy model", ToyModel.LAYOUT);
    }

    @Override
    public PageKey key(@Nullable PageKey parent, Lineage lineage, PageContent content) {
      return PageKey.NONE;
    }
  }

  @Test
  void positionsAndMasksCount() {
    PageTable first = tables.filled(1, Tables.tokens(0, 8));
    PageTable shifted = tables.table(1);
    assertThat(shifted.reuse(Tables.rows(1, Tables.tokens(0, 8)), 0, 8)).isZero();
    PageTable masked = tables.table(1);
    tables.fillMasked(masked, new int[] {0, 1}, Tables.tokens(0, 8));
    assertThat(masked.sealedPages()).doesNotContainAnyElementsOf(first.sealedPages());
    PageTable again = tables.table(1);
    tables.fillMasked(again, new int[] {0, 1}, Tables.tokens(0, 8));
    assertThat(again.sealedPages()).isEqualTo(masked.sealedPages());
    tables.check(first, shifted, masked, again);
  }

  @Test
  void findsWhatNobodyHoldsAnyMore() {
    PageTable first = tables.filled(2, Tables.tokens(0, 12));
    first.keepTail();
    first.release();
    assertThat(tables.cache.cachedCount()).isEqualTo(2);
    PageTable second = tables.table(2);
    assertThat(second.reuse(Tables.rows(0, Tables.tokens(0, 12)), 0, 12)).isEqualTo(12);
    tables.check(second);
  }

  @Test
  void findsWhatCanBeReadBackAndIsNotWholeThen() {
    PageTable first = tables.filled(2, Tables.tokens(0, 16));
    first.suspend();
    Page page = first.sealedPages().getFirst();
    tables.copy(page);
    tables.cache.evict(page);
    PageTable second = tables.table(2);
    assertThat(second.reuse(Tables.rows(0, Tables.tokens(0, 16)), 0, 16)).isEqualTo(16);
    assertThat(second.isWhole()).isFalse();
    assertThat(second.absentPages()).containsExactly(page);
    tables.restore(second);
    tables.check(first, second);
  }

  @Test
  void doesNotFindWhatIsNowhere() {
    PageTable first = tables.filled(2, Tables.tokens(0, 16));
    first.suspend();
    Page page = first.sealedPages().getFirst();
    tables.cache.evict(page);
    PageTable second = tables.table(2);
    assertThat(second.reuse(Tables.rows(0, Tables.tokens(0, 16)), 0, 16)).isZero();
    // Who computes it has it for all who know it, and those find what comes after.
    tables.fill(second, Tables.tokens(0, 8));
    assertThat(second.sealedPages()).containsExactly(page);
    assertThat(first.absentPages()).isEmpty();
    assertThat(second.reuse(Tables.rows(8, Tables.tokens(8, 8)), 0, 8)).isEqualTo(8);
    tables.check(first, second);
  }

  @Test
  void tellsThePageThatRowsGoOnToFill() {
    PageTable first = tables.filled(1, Tables.tokens(0, 8));
    PageTable second = tables.filled(2, 0, 1);
    RowSource rest = Tables.rows(2, Tables.tokens(2, 6));
    assertThat(second.nextPage(rest, 0, 6)).isEqualTo(first.sealedPages().getFirst().key());
    assertThat(second.nextPage(rest, 0, 5)).isNull();
    assertThat(second.nextPage(rest, 1, 6)).isNull();
  }

  @Test
  void theSameRowsComputedTwiceBecomeOnePage() {
    PageTable first = tables.filled(1, Tables.tokens(0, 8));
    PageTable second = tables.filled(1, Tables.tokens(0, 8));
    assertThat(second.sealedPages()).isEqualTo(first.sealedPages());
    assertThat(tables.pool.freeCount()).isEqualTo(7);
    PageTable third = tables.filled(1, 0, 1, 2);
    PageTable fourth = tables.filled(1, 0, 1, 2);
    third.suspend();
    fourth.suspend();
    assertThat(fourth.sealedPages()).isEqualTo(third.sealedPages());
    tables.check(first, second, third, fourth);
  }
}
