package dev.bourse.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PageHasherTest {
  private static final KvLayout LAYOUT = ToyModel.LAYOUT;

  private final PageHasher hasher = new PageHasher(() -> "a model", LAYOUT);
  private final Lineage alice = hasher.lineage("alice");

  private static PageContent rows(int[] tokens, int[] positions, int[] @Nullable ... masks) {
    return new PageContent(tokens, positions, masks, null);
  }

  @Test
  void equalRowsHaveEqualKeys() {
    PageContent rows = Tables.content(0, 1, 2, 3);
    PageHasher other = new PageHasher(() -> "a model", LAYOUT);
    assertThat(hasher.key(null, alice, rows)).isEqualTo(hasher.key(null, alice, rows));
    assertThat(other.key(null, other.lineage("alice"), Tables.content(0, 1, 2, 3)))
        .isEqualTo(hasher.key(null, alice, rows));
    assertThat(hasher.lineage("alice")).isEqualTo(alice);
  }

  @Test
  void whateverDeterminesKeysAndValuesChangesTheKey() {
    PageKey parent = hasher.key(null, alice, Tables.content(0, 9));
    Set<PageKey> keys = new HashSet<>();
    keys.add(hasher.key(null, alice, Tables.content(0, 1, 2)));
    keys.add(hasher.key(parent, alice, Tables.content(0, 1, 2)));
    keys.add(hasher.key(null, hasher.lineage("bob"), Tables.content(0, 1, 2)));
    keys.add(hasher.key(null, alice, Tables.content(0, 1, 3)));
    keys.add(hasher.key(null, alice, Tables.content(0, 2, 1)));
    keys.add(hasher.key(null, alice, Tables.content(1, 1, 2)));
    keys.add(hasher.key(null, alice, Tables.content(0, 1)));
    keys.add(hasher.key(null, alice, Tables.content(0, 1, 2, 3)));
    keys.add(hasher.key(null, alice, rows(new int[] {1, 2}, new int[] {0, 1}, null, new int[0])));
    keys.add(
        hasher.key(null, alice, rows(new int[] {1, 2}, new int[] {0, 1}, null, new int[] {1, 1})));
    keys.add(
        hasher.key(null, alice, rows(new int[] {1, 2}, new int[] {0, 1}, new int[] {1, 1}, null)));
    keys.add(adapted("one", "one"));
    keys.add(adapted("two", "two"));
    keys.add(adapted("one", null));
    keys.add(adapted(null, "one"));
    keys.add(adapted("o", "ne"));
    assertThat(keys).hasSize(16);
  }

  /** The key of two rows with their adapters. */
  private PageKey adapted(@Nullable String first, @Nullable String second) {
    Rows rows = new Rows();
    rows.add(1, 0, null, first);
    rows.add(2, 1, null, second);
    return hasher.key(null, alice, rows.first(2));
  }

  @Test
  void rowsOfDifferentAdaptersAreDifferentRows() {
    Rows rows = new Rows();
    rows.add(1, 0, null);
    rows.add(2, 1, null, "one");
    PageContent one = rows.first(2);
    assertThat(one.commonRows(Tables.content(0, 1, 2))).isEqualTo(1);
    assertThat(one.sameAs(rows.first(2))).isTrue();
    assertThat(one.adapter(0)).isNull();
    assertThat(one.adapter(1)).isEqualTo("one");
    assertThat(rows.first(1).hasAdapters()).isFalse();
  }

  @Test
  void rowsWithoutMasksAreTheSameHoweverThatIsSaid() {
    assertThat(hasher.key(null, alice, rows(new int[] {1, 2}, new int[] {0, 1}, null, null)))
        .isEqualTo(hasher.key(null, alice, Tables.content(0, 1, 2)));
  }

  @Test
  void modelLayoutAndLineageChangeEveryKey() {
    Set<PageKey> keys = new HashSet<>();
    keys.add(firstKey("a model", LAYOUT, "alice"));
    keys.add(firstKey("a model", LAYOUT, "bob"));
    keys.add(firstKey("a model", LAYOUT, ""));
    keys.add(firstKey("another", LAYOUT, "alice"));
    keys.add(firstKey("a model", new KvLayout(1, 1, 1, 16), "alice"));
    keys.add(firstKey("a model", new KvLayout(1, 1, 2, 8), "alice"));
    keys.add(firstKey("a model", new KvLayout(1, 2, 1, 8), "alice"));
    keys.add(firstKey("a model", new KvLayout(2, 1, 1, 8), "alice"));
    // Whatever is in a name, it does not look like another list of parts.
    keys.add(firstKey("a model", LAYOUT, "alice\n3 bob"));
    keys.add(firstKey("a model\n5 alice", LAYOUT, ""));
    assertThat(keys).hasSize(10);
  }

  private static PageKey firstKey(String model, KvLayout layout, String lineage) {
    return new PageHasher(() -> model, layout)
        .key(null, new Lineage(lineage), Tables.content(0, 1, 2));
  }

  @Test
  void manyRowsWithLongMasksHaveAKey() {
    int[][] masks = new int[32][];
    int[] tokens = new int[32];
    for (int row = 0; row < 32; row++) {
      masks[row] = new int[2_000];
      masks[row][row] = 1;
    }
    PageKey key = hasher.key(null, alice, new PageContent(tokens, tokens, masks, null));
    masks[31] = new int[2_000];
    assertThat(hasher.key(null, alice, new PageContent(tokens, tokens, masks, null)))
        .isNotEqualTo(key);
  }

  @Test
  void keysAreBytesAndBack() {
    PageKey key = hasher.key(null, alice, Tables.content(0, 1, 2));
    assertThat(PageKey.of(key.toBytes())).isEqualTo(key);
    assertThat(key.toBytes()).hasSize(PageKey.BYTES);
    assertThat(key.toString()).matches("[0-9a-f]{64}");
    assertThatThrownBy(() -> PageKey.of(new byte[31]))
        .hasMessage("a page key has 32 bytes, not 31");
  }

  /**
   * The keys of pages are on disk, in snapshots: they must not change by accident. These were
   * computed by another program, from the description of {@link PageHasher}.
   */
  @Test
  void keysAreForEver() {
    PageKey first = hasher.key(null, alice, Tables.content(0, 1, 2, 3));
    PageKey second = hasher.key(first, alice, rows(new int[] {4}, new int[] {3}, new int[] {1, 2}));
    assertThat(first.toString())
        .isEqualTo("fd9fad9d6d0d9aa1cfd4f51cc69fbd89581aa1c0a57d2f5438e410b0a3ebabcd");
    assertThat(second.toString())
        .isEqualTo("0c60601af02ce4c2118ee91181b27c5baa3bf59f6fef07d0020c0c09b070d729");
  }
}
