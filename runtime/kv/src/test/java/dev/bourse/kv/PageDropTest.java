package dev.bourse.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages that no row sees any more: windows, sinks, trimming. */
class PageDropTest {
  private final Tables tables = new Tables(6);

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void aDroppedPageKeepsItsSlotsAndGivesItsMemoryBack() {
    PageTable table = tables.filled(4, Tables.tokens(0, 30));
    table.drop(1, 1);
    assertThat(table.dropped()).containsExactly(new PageRange(1, 1));
    assertThat(table.isDropped(1, 1)).isTrue();
    assertThat(table.isDropped(0, 2)).isFalse();
    assertThat(table.length()).isEqualTo(30);
    assertThat(table.token(10)).isEqualTo(10);
    assertThat(table.footprint()).isEqualTo(3);
    assertThat(table.isWhole()).isTrue();
    assertThat(tables.cache.cachedCount()).isEqualTo(1);
    tables.cache.reclaim(1);
    assertThat(tables.pool.freeCount()).isEqualTo(3);
    tables.fillMasked(table, new int[] {0, 8, 8, 14}, 30);
    tables.check(table);
  }

  @Test
  void aPassIsGivenNoFrameThatIsFree() {
    PageTable table = tables.filled(4, Tables.tokens(0, 30));
    table.drop(0, 2);
    tables.cache.reclaim(2);
    assertThat(table.copyFrames(new int[0])).hasSize(4).matches(this::noneIsFree);
    table.suspend();
    assertThat(table.framesWhileLoading()).hasSize(4).matches(this::noneIsFree);
    tables.restore(table);
    assertThat(table.copyFrames(new int[0])).hasSize(4).matches(this::noneIsFree);
  }

  @Test
  void whatIsDroppedAddsUp() {
    PageTable table = tables.filled(6, Tables.tokens(0, 48));
    table.drop(1, 1);
    table.drop(3, 1);
    table.drop(1, 2);
    assertThat(table.dropped()).containsExactly(new PageRange(1, 3));
    table.drop(2, 1);
    assertThat(table.dropped()).containsExactly(new PageRange(1, 3));
    tables.check(table);
  }

  @Test
  void onlyFullPagesOfAWholeTableAreDropped() {
    PageTable table = tables.filled(3, Tables.tokens(0, 20));
    assertThatThrownBy(() -> table.drop(1, 2))
        .hasMessage("cannot drop 2 pages from page 1 on: 2 are full");
    assertThatThrownBy(() -> table.drop(-1, 1)).hasMessageContaining("cannot drop 1 pages");
    assertThatThrownBy(() -> table.drop(0, 0)).hasMessageContaining("cannot drop 0 pages");
    table.suspend();
    assertThatThrownBy(() -> table.drop(0, 1)).hasMessageContaining("the table is not whole");
    assertThat(table.dropped()).isEmpty();
  }

  @Test
  void noRowSeesADroppedPage() {
    PageTable table = tables.filled(4, Tables.tokens(0, 24));
    table.drop(1, 1);
    String message = "the row sees pages that are dropped, from page 1 up to page 1";
    assertThatThrownBy(() -> table.append(1, 24, null)).hasMessage(message);
    assertThatThrownBy(() -> table.append(1, 24, new int[] {0, 9})).hasMessage(message);
    assertThatThrownBy(() -> table.append(1, 24, new int[] {15, 10})).hasMessage(message);
    assertThat(table.append(1, 24, new int[] {0, 8, 8, 9})).isEqualTo(24);
    assertThat(table.append(1, 25, new int[] {25, 1})).isEqualTo(25);
    assertThat(table.append(1, 26, new int[0])).isEqualTo(26);
  }

  @Test
  void whatIsDroppedIsFixed() {
    PageTable table = tables.filled(4, Tables.tokens(0, 28));
    table.drop(1, 1);
    assertThat(table.removableTokens()).isEqualTo(12);
    assertThat(table.releasablePages()).isEqualTo(2);
    assertThatThrownBy(() -> table.truncate(13))
        .hasMessage("cannot truncate 13: there are 12 rows after the fixed pages");
    assertThatThrownBy(() -> table.releaseWorking(3))
        .hasMessage("cannot release 3: there are 2 pages after the fixed ones");
    table.truncate(12);
    assertThat(table.length()).isEqualTo(16);
    table.releaseWorking(2);
    assertThat(table.isWhole()).isTrue();
    tables.check(table);
  }

  @Test
  void whatComesAfterADroppedPageCannotBeComputedAgain() {
    PageTable table = tables.filled(4, Tables.tokens(0, 24));
    List<Page> pages = table.sealedPages();
    table.drop(1, 1);
    assertThat(pages.get(0).isIrreplaceable()).isFalse();
    assertThat(pages.get(2).isIrreplaceable()).isTrue();
    tables.fillMasked(table, new int[] {16, 9}, 24);
    table.suspend();
    Page tail = table.sealedPages().getLast();
    assertThat(tail.isIrreplaceable()).isTrue();
    assertThatThrownBy(() -> tables.cache.evict(tail)).hasMessageContaining("would be lost");
    tables.copy(tail);
    tables.cache.evict(tail);
    tables.check(table);
  }

  @Test
  void aPageCanBeComputedAgainWhenNobodyIsLeftWhoDropped() {
    PageTable table = tables.filled(3, Tables.tokens(0, 16));
    PageTable other = table.fork();
    Page last = table.sealedPages().getLast();
    table.drop(0, 1);
    assertThat(last.isIrreplaceable()).isTrue();
    table.release();
    assertThat(last.isIrreplaceable()).isFalse();
    tables.check(other);
  }

  @Test
  void aForkKeepsWhatTheOtherDrops() {
    PageTable table = tables.filled(3, Tables.tokens(0, 20));
    PageTable fork = table.fork();
    tables.restore(table);
    table.drop(0, 1);
    assertThat(fork.dropped()).isEmpty();
    tables.restore(fork);
    assertThat(fork.isWhole()).isTrue();
    PageTable later = table.fork();
    assertThat(later.dropped()).containsExactly(new PageRange(0, 1));
    tables.check(table, fork, later);
  }

  @Test
  void aTableWithoutItsFirstPagesIsFoundByWhoeverComputesTheRest() {
    PageTable table = tables.filled(2, Tables.tokens(0, 8));
    table.drop(0, 1);
    tables.cache.reclaim(1);
    assertThat(tables.cache.roots()).isEmpty();
    tables.fillMasked(table, new int[] {8, 8}, Tables.tokens(8, 8));
    assertThat(tables.cache.roots()).containsExactly(table.sealedPages().getFirst());
    PageTable other = tables.filled(2, Tables.tokens(0, 8));
    assertThat(other.sealedPages().getFirst()).isSameAs(table.sealedPages().getFirst());
    tables.check(table, other);
  }

  private boolean noneIsFree(int[] frames) {
    return IntStream.of(frames).noneMatch(tables.pool::isFree);
  }
}
