package dev.bourse.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who uses which page in memory. */
class PageTreeTest {
  private static final int FRAMES = 64;

  /** Users by node: tables that end in it or below it. */
  private static List<Integer> users(Tables tables, List<PageTable> all) {
    PageTree tree = tables.cache.tree();
    tree.clear();
    int[] counts = new int[10 * FRAMES];
    all.forEach(table -> tree.add(table, node -> counts[node]++));
    for (int node = tree.size() - 1; node >= 0; node--) {
      if (tree.parent(node) != PageTree.NO_PARENT) {
        assertThat(tree.parent(node)).isLessThan(node);
        counts[tree.parent(node)] += counts[node];
      }
    }
    List<Integer> users = new ArrayList<>();
    for (int node = 0; node < tree.size(); node++) {
      users.add(counts[node]);
    }
    return users;
  }

  @Test
  void tablesThatShareABeginningEndInBranchesOfOneTree() {
    try (Tables tables = new Tables(FRAMES)) {
      PageTable first = tables.filled(3, Tables.tokens(0, 24));
      PageTable fork = first.fork();
      fork.reserve(1);
      tables.fill(fork, Tables.tokens(100, 8));
      PageTable suspended = first.fork();
      suspended.suspend();
      assertThat(users(tables, List.of(first, fork, suspended))).containsExactly(2, 2, 2, 1);
      assertThat(users(tables, List.of(suspended))).isEmpty();
    }
  }

  @Test
  void aTableWithDroppedPagesIsSeveralRuns() {
    try (Tables tables = new Tables(FRAMES)) {
      PageTable whole = tables.filled(5, Tables.tokens(0, 40));
      PageTable window = whole.fork();
      window.drop(1, 2);
      PageTable fork = window.fork();
      // Page 0 is seen by all; 3 and 4 are seen by the one with, by the others without 1 and 2.
      assertThat(users(tables, List.of(whole, window, fork)))
          .containsExactlyInAnyOrder(3, 1, 1, 1, 1, 2, 2);
    }
  }

  /** Without dropped pages, a node is a page; its users are the tables that have it. */
  @Test
  void everyPageOfRandomTablesIsCountedAsOftenAsTablesHaveIt() {
    int nodes = 0;
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      try (Tables tables = new Tables(FRAMES)) {
        List<PageTable> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          PageTable table =
              all.isEmpty() || random.nextInt(3) == 0
                  ? tables.table(0)
                  : all.get(random.nextInt(all.size())).fork();
          if (table.isPinned() && (table.pageCount() == 0 || table.isWhole())) {
            table.reserve(random.nextInt(4));
            int room = Math.min(table.capacity() - table.length(), random.nextInt(24));
            tables.fill(table, Tables.tokens(random.nextInt(2), room));
          }
          all.add(table);
          if (random.nextInt(6) == 0) {
            all.get(random.nextInt(all.size())).suspend();
          }
        }
        IdentityHashMap<Page, Integer> expected = new IdentityHashMap<>();
        for (PageTable table : all) {
          if (table.isPinned()) {
            table.sealedPages().forEach(page -> expected.merge(page, 1, Integer::sum));
          }
        }
        List<Integer> users = users(tables, all);
        assertThat(users)
            .as("seed %d", seed)
            .containsExactlyInAnyOrderElementsOf(expected.values());
        nodes += users.size();
      }
    }
    assertThat(nodes).isGreaterThan(1000);
  }
}
