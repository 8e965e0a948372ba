package dev.bourse.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PageTableTest {
  private static final KvLayout LAYOUT = new KvLayout(2, 1, 4, 8);

  @Test
  void fillsSlotsInOrderAndRemembersTokensAndPositions() {
    try (PagePool pool = new PagePool(LAYOUT, 4)) {
      PageTable table = new PageTable(pool);
      table.reserve(2);
      fill(table, 9, 100);
      assertThat(table.length()).isEqualTo(9);
      assertThat(table.token(8)).isEqualTo(108);
      assertThat(table.position(8)).isEqualTo(8);
      assertThat(table.capacity()).isEqualTo(16);
    }
  }

  @Test
  void commitsOnlyFullPages() {
    try (PagePool pool = new PagePool(LAYOUT, 4)) {
      PageTable table = new PageTable(pool);
      table.reserve(2);
      fill(table, 9, 0);
      assertThatThrownBy(() -> table.commit(2))
          .hasMessageContaining("9 working tokens fill only 1");
      table.commit(1);
      assertThat(table.committedPages()).isEqualTo(1);
      assertThat(table.workingTokens()).isEqualTo(1);
    }
  }

  @Test
  void commitsOnlyPositionsAfterTheCommittedOnes() {
    try (PagePool pool = new PagePool(LAYOUT, 4)) {
      PageTable table = new PageTable(pool);
      table.reserve(2);
      fill(table, 8, 0);
      table.commit(1);
      for (int i = 0; i < 8; i++) {
        table.append(i, 7 + i);
      }
      assertThatThrownBy(() -> table.commit(1))
          .hasMessageContaining("cannot commit position 7: position 7 is committed");
    }
  }

  @Test
  void truncatesWorkingTokensOnly() {
    try (PagePool pool = new PagePool(LAYOUT, 4)) {
      PageTable table = new PageTable(pool);
      table.reserve(2);
      fill(table, 10, 0);
      table.commit(1);
      table.truncate(2);
      assertThat(table.length()).isEqualTo(8);
      assertThatThrownBy(() -> table.truncate(1)).hasMessageContaining("cannot truncate 1");
    }
  }

  @Test
  void aForkSharesCommittedPagesAndCopiesWorkingOnes() {
    try (PagePool pool = new PagePool(LAYOUT, 4)) {
      PageTable table = new PageTable(pool);
      table.reserve(2);
      fill(table, 10, 0);
      table.commit(1);
      PageTable fork = table.fork();
      assertThat(fork.page(0)).isEqualTo(table.page(0));
      assertThat(fork.page(1)).isNotEqualTo(table.page(1));
      fork.truncate(2);
      fork.append(77, 8);
      assertThat(table.token(8)).isEqualTo(8);
      assertThat(fork.token(8)).isEqualTo(77);
    }
  }

  @Test
  void refusesWhatThePoolCannotGive() {
    try (PagePool pool = new PagePool(LAYOUT, 2)) {
      PageTable table = new PageTable(pool);
      assertThatThrownBy(() -> table.reserve(3)).hasMessageContaining("only 2");
      table.reserve(2);
      assertThat(table.forkCost()).isEqualTo(2);
      assertThatThrownBy(table::fork).hasMessageContaining("cannot copy 2");
    }
  }

  /** Law 1, and that nobody's committed contents ever change, under random histories. */
  @Test
  void pagesAreConservedAndCommittedOnesNeverChange() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      try (PagePool pool = new PagePool(LAYOUT, 24)) {
        List<PageTable> tables = new ArrayList<>();
        List<List<Integer>> expected = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
          act(random, pool, tables, expected);
          int[] held = new int[pool.pageCount()];
          tables.forEach(table -> table.count(held));
          pool.check(held);
          assertThat(pool.freeCount() + pool.residentCount()).isEqualTo(pool.pageCount());
          for (int i = 0; i < tables.size(); i++) {
            assertThat(contents(pool, tables.get(i)))
                .as("seed %d", seed)
                .isEqualTo(expected.get(i));
          }
        }
      }
    }
  }

  private static void act(
      Random random, PagePool pool, List<PageTable> tables, List<List<Integer>> expected) {
    if (tables.isEmpty() || random.nextInt(12) == 0) {
      tables.add(new PageTable(pool));
      expected.add(new ArrayList<>());
      return;
    }
    int index = random.nextInt(tables.size());
    PageTable table = tables.get(index);
    List<Integer> tokens = expected.get(index);
    switch (random.nextInt(7)) {
      case 0 -> table.reserve(Math.min(pool.freeCount(), random.nextInt(3)));
      case 1 -> {
        int count = random.nextInt(table.workingTokens() + 1);
        table.truncate(count);
        tokens.subList(tokens.size() - count, tokens.size()).clear();
      }
      case 2 -> table.commit(random.nextInt(table.workingTokens() / table.pageTokens() + 1));
      case 3 -> {
        table.releaseWorking(random.nextInt(table.workingPages() + 1));
        tokens.subList(table.length(), tokens.size()).clear();
      }
      case 4 -> {
        if (pool.freeCount() >= table.forkCost()) {
          tables.add(table.fork());
          expected.add(new ArrayList<>(tokens));
        }
      }
      case 5 -> {
        if (random.nextInt(4) == 0) {
          table.release();
          tables.remove(index);
          expected.remove(index);
        }
      }
      default -> {
        while (table.length() < table.capacity() && random.nextInt(8) != 0) {
          int token = random.nextInt(1000);
          int slot = table.append(token, table.length());
          pool.memory().set(ValueLayout.JAVA_FLOAT_UNALIGNED, address(pool, table, slot), token);
          tokens.add(token);
        }
      }
    }
  }

  /** The token of each slot, checked against what was written to the page's memory. */
  private static List<Integer> contents(PagePool pool, PageTable table) {
    List<Integer> tokens = new ArrayList<>();
    for (int slot = 0; slot < table.length(); slot++) {
      float written =
          pool.memory().get(ValueLayout.JAVA_FLOAT_UNALIGNED, address(pool, table, slot));
      assertThat((int) written).isEqualTo(table.token(slot));
      tokens.add(table.token(slot));
    }
    return tokens;
  }

  private static long address(PagePool pool, PageTable table, int slot) {
    return pool.byteOffset(table.page(slot / table.pageTokens()))
        + (long) slot % table.pageTokens() * Float.BYTES;
  }

  private static void fill(PageTable table, int count, int firstToken) {
    for (int i = 0; i < count; i++) {
      table.append(firstToken + i, table.length());
    }
  }
}
