package dev.bourse.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tables over pages that somebody wrote down. */
class PageTableOfTest {
  private final Tables tables = new Tables(6);

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void opensToTheSameRowsAndValues() {
    PageTable saved = tables.filled(3, Tables.tokens(0, 20));
    saved.commit(1);
    saved.suspend();
    List<Page> pages = saved.sealedPages();
    List<Tables.Copy> copies = pages.stream().map(tables::copy).toList();
    saved.release();
    tables.cache.reclaim(6);
    assertThat(tables.cache.roots()).isEmpty();

    List<Page> again = new ArrayList<>();
    for (Page page : pages) {
      Page parent = again.isEmpty() ? null : again.getLast();
      again.add(tables.cache.intern(parent, page.lineage(), page.content()));
    }
    PageTable opened = of(again.subList(0, 2), again.getLast(), 3, List.of(), 1, 3);
    for (int i = 0; i < copies.size(); i++) {
      tables.cache.stored(again.get(i), copies.get(i));
    }
    assertThat(opened.length()).isEqualTo(19);
    assertThat(opened.committedPages()).isEqualTo(1);
    assertThat(opened.pageCount()).isEqualTo(3);
    assertThat(opened.isPinned()).isFalse();
    assertThat(opened.sharesTail()).isTrue();
    assertThat(opened.absentPages()).isEqualTo(again);
    tables.restore(opened);
    tables.fill(opened, 1, 2);
    assertThatThrownBy(() -> opened.truncate(14)).hasMessageContaining("there are 13 rows");
    tables.check(opened);
  }

  @Test
  void goesOnInALineageOfItsOwn() {
    PageTable alice = tables.filled(1, Tables.tokens(0, 8));
    PageTable bob =
        PageTable.of(
            tables.cache,
            tables.cache.lineage("bob"),
            alice.sealedPages(),
            null,
            0,
            List.of(),
            1,
            2);
    tables.restore(bob);
    tables.fill(bob, Tables.tokens(8, 8));
    assertThat(bob.sealedPages().getFirst().lineage().name()).isEqualTo("alice");
    assertThat(bob.sealedPages().getLast().lineage().name()).isEqualTo("bob");
    alice.reserve(1);
    assertThat(alice.reuse(Tables.rows(8, Tables.tokens(8, 8)), 0, 8)).isZero();
    tables.check(alice, bob);
  }

  @Test
  void keepsWhatWasDroppedAndWhichPositionsAreCommitted() {
    PageTable saved = tables.filled(4, Tables.tokens(0, 24));
    saved.suspend();
    List<Page> pages = saved.sealedPages();
    PageTable opened = of(pages, null, 0, List.of(new PageRange(1, 1)), 2, 4);
    assertThat(opened.dropped()).containsExactly(new PageRange(1, 1));
    assertThat(pages.get(0).isIrreplaceable()).isFalse();
    assertThat(pages.get(2).isIrreplaceable()).isTrue();
    tables.restore(opened);
    tables.fillAt(opened, 0, new int[] {16, 8}, Tables.tokens(0, 8));
    opened.commit(1);
    assertThatThrownBy(() -> opened.commit(1)).hasMessageContaining("position 23 is committed");
    tables.check(saved, opened);
  }

  @Test
  void opensWhatWasCommittedAtOnceInAnyOrder() {
    PageTable saved = tables.table(2);
    tables.fillAt(saved, 8, null, Tables.tokens(0, 8));
    tables.fillAt(saved, 0, null, Tables.tokens(8, 8));
    saved.commit(2);
    PageTable opened = of(saved.sealedPages(), null, 0, List.of(), 2, 2);
    assertThat(opened.committedPages()).isEqualTo(2);
    opened.release();
    saved.release();
    tables.check();
  }

  @Test
  void refusesPagesThatDoNotFit() {
    PageTable saved = tables.filled(3, Tables.tokens(0, 20));
    saved.suspend();
    List<Page> pages = saved.sealedPages();
    List<Page> full = pages.subList(0, 2);
    Page tail = pages.get(2);
    assertRefused(List.of(pages.get(1)), null, 0, List.of(), 0, 3);
    assertRefused(pages, null, 0, List.of(), 0, 3);
    assertRefused(full, tail, 5, List.of(), 0, 3);
    assertRefused(full, tail, 0, List.of(), 0, 3);
    assertRefused(full, null, 1, List.of(), 0, 3);
    assertRefused(pages.subList(0, 1), tail, 1, List.of(), 0, 3);
    assertRefused(full, tail, 4, List.of(), 0, 2);
    assertRefused(full, tail, 4, List.of(), 3, 3);
    assertRefused(full, tail, 4, List.of(), -1, 3);
    assertRefused(full, tail, 4, List.of(new PageRange(2, 1)), 0, 3);
    tables.check(saved);
  }

  private void assertRefused(
      List<Page> full,
      @Nullable Page tail,
      int tailRows,
      List<PageRange> dropped,
      int committed,
      int pages) {
    assertThatThrownBy(() -> of(full, tail, tailRows, dropped, committed, pages))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private PageTable of(
      List<Page> full,
      @Nullable Page tail,
      int tailRows,
      List<PageRange> dropped,
      int committed,
      int pages) {
    return PageTable.of(
        tables.cache,
        tables.cache.lineage("alice"),
        full,
        tail,
        tailRows,
        dropped,
        committed,
        pages);
  }
}
