package dev.bourse.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a guest does to a context, and how tables share their pages. */
class PageTableTest {
  private final Tables tables = new Tables(6);

  @AfterEach
  void close() {
    tables.close();
  }

  // Slots.

  @Test
  void fillsSlotsInOrderAndRemembersTokensAndPositions() {
    PageTable table = tables.filled(2, Tables.tokens(100, 9));
    assertThat(table.length()).isEqualTo(9);
    assertThat(table.token(0)).isEqualTo(100);
    assertThat(table.token(8)).isEqualTo(108);
    assertThat(table.position(3)).isEqualTo(3);
    assertThat(table.position(8)).isEqualTo(8);
    assertThat(table.capacity()).isEqualTo(16);
    assertThat(table.workingTokens()).isEqualTo(9);
    assertThat(table.content().length()).isEqualTo(9);
    assertThatThrownBy(() -> table.token(9))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("slot 9 of 9");
    tables.check(table);
  }

  @Test
  void sealsAPageWhenItIsFullAndComputed() {
    PageTable table = tables.table(3);
    for (int i = 0; i < 9; i++) {
      table.append(i, i, null);
    }
    assertThat(table.fullPages()).isZero();
    table.truncate(9);
    tables.fill(table, Tables.tokens(0, 17));
    assertThat(table.fullPages()).isEqualTo(2);
    assertThat(table.sealedPages()).hasSize(2).allMatch(Page::isResident);
    tables.check(table);
  }

  @Test
  void refusesToAppendBehindTheReservedPages() {
    PageTable table = tables.filled(1, Tables.tokens(0, 8));
    assertThatThrownBy(() -> table.append(1, 8, null))
        .hasMessage("the context is full at 8 tokens: reserve working pages first");
  }

  @Test
  void refusesWhatThePoolCannotGive() {
    PageTable table = tables.table(4);
    assertThatThrownBy(() -> table.reserve(3))
        .hasMessage("cannot reserve 3: there are 2 free frames");
    assertThatThrownBy(() -> table.reserve(-1)).hasMessageContaining("cannot reserve -1");
    assertThat(table.pageCount()).isEqualTo(4);
    tables.check(table);
  }

  // Commit, truncate, release.

  @Test
  void commitsOnlyFullPages() {
    PageTable table = tables.filled(2, Tables.tokens(0, 9));
    assertThatThrownBy(() -> table.commit(2))
        .hasMessage("cannot commit 2 pages: 9 working tokens fill only 1");
    assertThatThrownBy(() -> table.commit(3))
        .hasMessage("cannot commit 3: there are 2 working pages");
    table.commit(1);
    assertThat(table.committedPages()).isEqualTo(1);
    assertThat(table.workingPages()).isEqualTo(1);
    assertThat(table.workingTokens()).isEqualTo(1);
  }

  @Test
  void commitsOnlyPositionsAfterTheCommittedOnes() {
    PageTable table = tables.filled(2, Tables.tokens(0, 8));
    table.commit(1);
    tables.fillAt(table, 7, null, Tables.tokens(0, 8));
    assertThatThrownBy(() -> table.commit(1))
        .hasMessage("cannot commit position 7: position 7 is committed");
    assertThat(table.committedPages()).isEqualTo(1);
  }

  @Test
  void pagesCommittedAtOnceMayHavePositionsInAnyOrder() {
    PageTable table = tables.table(3);
    tables.fillAt(table, 8, null, Tables.tokens(0, 8));
    tables.fillAt(table, 0, null, Tables.tokens(8, 8));
    table.commit(2);
    assertThat(table.committedPages()).isEqualTo(2);
    assertThat(table.position(0)).isEqualTo(8);
    assertThat(table.position(8)).isZero();
    tables.fillAt(table, 15, null, Tables.tokens(0, 8));
    assertThatThrownBy(() -> table.commit(1)).hasMessageContaining("position 15 is committed");
    tables.check(table);
  }

  @Test
  void truncatesWorkingTokensOnly() {
    PageTable table = tables.filled(2, Tables.tokens(0, 10));
    table.commit(1);
    table.truncate(2);
    assertThat(table.length()).isEqualTo(8);
    assertThat(table.removableTokens()).isZero();
    assertThatThrownBy(() -> table.truncate(1))
        .hasMessage("cannot truncate 1: there are 0 rows after the fixed pages");
    assertThatThrownBy(() -> table.truncate(-1)).hasMessageContaining("cannot truncate -1");
    assertThat(table.isWhole()).isTrue();
    tables.check(table);
  }

  @Test
  void aCutIntoASealedPageGoesOnInACopyOfItIfOthersHaveIt() {
    PageTable table = tables.filled(1, Tables.tokens(0, 8));
    PageTable other = table.fork();
    table.truncate(3);
    assertThat(table.isWhole()).isFalse();
    assertThat(table.sharesTail()).isTrue();
    assertThat(table.missingFrames()).isEqualTo(1);
    table.supply();
    table.complete();
    tables.fill(table, 77, 78, 79);
    assertThat(other.token(5)).isEqualTo(5);
    assertThat(table.token(5)).isEqualTo(77);
    assertThat(table.sealedPages().getFirst()).isNotSameAs(other.sealedPages().getFirst());
    tables.check(table, other);
  }

  @Test
  void aCutIntoASealedPageOfItsOwnNeedsNoFrame() {
    PageTable table = tables.filled(6, Tables.tokens(0, 48));
    assertThat(tables.pool.freeCount()).isZero();
    table.truncate(3);
    assertThat(table.missingFrames()).isZero();
    table.complete();
    assertThat(table.isWhole()).isTrue();
    tables.fill(table, 77);
    tables.check(table);
  }

  @Test
  void aCutAtTheEndOfAPageLeavesItSealed() {
    PageTable table = tables.filled(2, Tables.tokens(0, 16));
    table.truncate(8);
    assertThat(table.fullPages()).isEqualTo(1);
    assertThat(table.sharesTail()).isFalse();
    assertThat(table.missingFrames()).isEqualTo(1);
    assertThat(tables.cache.cachedCount()).isEqualTo(1);
    tables.check(table);
  }

  @Test
  void releasesPagesFromTheEndWithTheirRows() {
    PageTable table = tables.filled(4, Tables.tokens(0, 20));
    table.commit(1);
    table.releaseWorking(1);
    assertThat(table.length()).isEqualTo(20);
    table.releaseWorking(1);
    assertThat(table.length()).isEqualTo(16);
    assertThat(tables.pool.freeCount()).isEqualTo(4);
    assertThatThrownBy(() -> table.releaseWorking(2))
        .hasMessage("cannot release 2: there are 1 pages after the fixed ones");
    table.releaseWorking(1);
    assertThat(table.length()).isEqualTo(8);
    assertThat(table.pageCount()).isEqualTo(1);
    assertThat(table.isWhole()).isTrue();
    tables.check(table);
  }

  @Test
  void releaseGivesEverythingBack() {
    PageTable table = tables.filled(3, Tables.tokens(0, 20));
    PageTable fork = table.fork();
    table.release();
    fork.release();
    assertThat(table.length()).isZero();
    assertThat(table.pageCount()).isZero();
    tables.check();
    assertThat(tables.cache.cachedCount()).isEqualTo(3);
    tables.cache.reclaim(3);
    assertThat(tables.pool.freeCount()).isEqualTo(6);
    assertThat(tables.cache.roots()).isEmpty();
  }

  // Forks.

  @Test
  void aForkSharesEveryPageAndTheFirstToGoOnCopiesTheLast() {
    PageTable table = tables.filled(2, Tables.tokens(0, 10));
    table.commit(1);
    PageTable fork = table.fork();
    assertThat(fork.sealedPages()).isEqualTo(table.sealedPages());
    assertThat(fork.committedPages()).isEqualTo(1);
    assertThat(fork.missingFrames()).isEqualTo(1);
    assertThatThrownBy(() -> fork.append(1, 10, null))
        .hasMessageContaining("the table is not whole: it lacks 1 frames and 0 pages");
    tables.restore(fork);
    fork.truncate(2);
    tables.fill(fork, 77);
    tables.restore(table);
    assertThat(table.token(8)).isEqualTo(8);
    assertThat(fork.token(8)).isEqualTo(77);
    tables.check(table, fork);
  }

  @Test
  void aForkHoldsOneEntryHoweverManyPagesThereAre() {
    PageTable table = tables.filled(5, Tables.tokens(0, 36));
    PageTable fork = table.fork();
    Link end = table.sealed().end();
    assertThat(fork.sealed().end()).isSameAs(end);
    assertThat(end).extracting(Link::holders, Link::pins).containsExactly(2, 2);
    assertThat(table.sealedPages()).hasSize(5).allMatch(page -> page.holders() == 1);
    tables.check(table, fork);
  }

  @Test
  void theLastToGoOnTakesThePageItself() {
    PageTable table = tables.filled(1, 1, 2, 3);
    int frame = table.ownFrames()[0];
    PageTable fork = table.fork();
    assertThat(table.missingFrames()).isEqualTo(1);
    fork.release();
    assertThat(table.missingFrames()).isZero();
    table.complete();
    assertThat(table.ownFrames()).containsExactly(frame);
    assertThat(tables.pool.freeCount()).isEqualTo(5);
    tables.check(table);
  }

  @Test
  void aForkRemembersWhichPositionsAreCommitted() {
    PageTable table = tables.filled(2, Tables.tokens(0, 8));
    table.commit(1);
    PageTable fork = table.fork();
    tables.restore(fork);
    tables.fillAt(fork, 0, null, Tables.tokens(0, 8));
    assertThatThrownBy(() -> fork.commit(1)).hasMessageContaining("position 7 is committed");
  }

  @Test
  void refusesToShareRowsThatAreBeingComputed() {
    PageTable table = tables.filled(2, 1, 2);
    table.append(3, 2, null);
    String message = "1 rows of the table are still being computed";
    assertThatThrownBy(table::fork).hasMessage(message);
    assertThatThrownBy(table::suspend).hasMessage(message);
    assertThatThrownBy(() -> table.reuse(Tables.rows(3, 4), 0, 1)).hasMessage(message);
    assertThatThrownBy(() -> table.drop(0, 1)).hasMessage(message);
    table.truncate(1);
    tables.check(table, table.fork());
  }

  // Suspend and restore.

  @Test
  void aSuspendedTableKeepsItsRowsAndNoFrames() {
    PageTable table = tables.filled(3, Tables.tokens(0, 10));
    table.suspend();
    assertThat(table.isPinned()).isFalse();
    assertThat(table.ownFrameCount()).isZero();
    assertThat(tables.cache.idleCount()).isEqualTo(2);
    assertThat(table.length()).isEqualTo(10);
    assertThat(table.pageCount()).isEqualTo(3);
    tables.check(table);
    tables.restore(table);
    assertThat(table.isWhole()).isTrue();
    tables.fill(table, 10, 11);
    tables.check(table);
  }

  @Test
  void aSuspendedTableChangesLikeAnyOther() {
    PageTable table = tables.filled(3, Tables.tokens(0, 20));
    table.suspend();
    table.truncate(6);
    table.commit(1);
    table.reserve(1);
    table.releaseWorking(2);
    PageTable fork = table.fork();
    assertThat(table.length()).isEqualTo(14);
    assertThat(table.pageCount()).isEqualTo(2);
    assertThat(fork.isPinned()).isFalse();
    tables.check(table, fork);
    tables.restore(fork);
    assertThat(fork.length()).isEqualTo(14);
    tables.check(table, fork);
  }

  @Test
  void saysWhatItLacksAndIsNotWholeBefore() {
    PageTable table = tables.filled(3, Tables.tokens(0, 20));
    table.suspend();
    List<Page> pages = table.sealedPages();
    Tables.Copy copy = tables.copy(pages.get(1));
    tables.cache.evict(pages.get(1));
    table.pin();
    assertThat(table.absentPages()).containsExactly(pages.get(1));
    assertThatThrownBy(table::complete)
        .hasMessage("not everything that the table needs is in memory");
    tables.cache.beginLoading(pages.get(1));
    assertThat(table.absentPages()).containsExactly(pages.get(1));
    copy.read(tables.pool.frame(pages.get(1).frame()));
    assertThat(table.framesWhileLoading())
        .containsExactly(pages.stream().mapToInt(Page::frame).toArray());
    tables.cache.loaded(pages.get(1));
    table.supply();
    table.complete();
    tables.check(table);
  }

  @Test
  void aTableThatFillsThePoolIsRestored() {
    PageTable table = tables.filled(6, Tables.tokens(0, 45));
    table.suspend();
    tables.restore(table);
    assertThat(table.isWhole()).isTrue();
    tables.check(table);
  }

  @Test
  void aTableThatFillsThePoolTakesThePageOverThatAForkShares() {
    PageTable table = tables.filled(6, Tables.tokens(0, 45));
    PageTable fork = table.fork();
    fork.suspend();
    tables.restore(table);
    assertThat(table.isWhole()).isTrue();
    assertThat(fork.absentPages()).hasSize(1);
    tables.check(table, fork);
  }

  @Test
  void wherePagesOfOthersFillTheRestThePageIsTakenOverAsWell() {
    PageTable table = tables.filled(4, Tables.tokens(0, 27));
    PageTable other = tables.filled(2, Tables.tokens(100, 16));
    PageTable fork = table.fork();
    fork.suspend();
    assertThat(table.missingFrames()).isZero();
    assertThat(table.spareFrames()).isEqualTo(1);
    tables.restore(table);
    assertThat(table.isWhole()).isTrue();
    assertThat(fork.absentPages()).hasSize(1);
    tables.check(table, other, fork);
  }

  @Test
  void aSpareFrameLeavesThePageToTheForkThatIsSuspended() {
    PageTable table = tables.filled(4, Tables.tokens(0, 27));
    PageTable fork = table.fork();
    fork.suspend();
    tables.restore(table);
    assertThat(table.isWhole()).isTrue();
    assertThat(fork.absentPages()).isEmpty();
    tables.check(table, fork);
  }

  @Test
  void aTableThatFillsThePoolDoesNotTakeTheLastOfAPageThatCannotBeComputed() {
    PageTable table = tables.filled(6, Tables.tokens(0, 16));
    table.drop(0, 1);
    tables.cache.reclaim(1);
    table.reserve(1);
    tables.fillMasked(table, new int[] {8, 8}, 16, 17);
    PageTable fork = table.fork();
    fork.suspend();
    assertThat(table.missingFrames()).isEqualTo(1);
    assertThatThrownBy(table::supply).hasMessage("cannot take 1: there are 0 free frames");
    assertThat(table.peakFrames()).isEqualTo(7);
    tables.copy(Objects.requireNonNull(table.keptSource()));
    assertThat(table.peakFrames()).isEqualTo(6);
    tables.restore(table);
    tables.check(table, fork);
  }

  @Test
  void aTableThatIsPinnedCanBeSuspendedBeforeItIsWhole() {
    PageTable table = tables.filled(1, Tables.tokens(0, 8));
    table.suspend();
    table.pin();
    assertThat(tables.cache.idleCount()).isZero();
    table.suspend();
    assertThat(tables.cache.idleCount()).isEqualTo(1);
    tables.check(table);
  }

  @Test
  void aPageThatIsLostWhileSuspendedIsAbsent() {
    PageTable table = tables.filled(2, Tables.tokens(0, 16));
    table.suspend();
    tables.cache.evict(table.sealedPages().getFirst());
    assertThat(table.absentPages()).containsExactly(table.sealedPages().getFirst());
    assertThatThrownBy(() -> table.copyFrames(new int[0]))
        .hasMessageContaining("it lacks 0 frames and 1 pages");
    tables.check(table);
  }
}
