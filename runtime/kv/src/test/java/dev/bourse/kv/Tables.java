package dev.bourse.kv;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Page tables over a small pool, and what a test does with them. */
final class Tables implements AutoCloseable {
  /** A copy of a page outside of memory. */
  static final class Copy implements PageCopy {
    private final byte[] bytes;

    private Copy(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void read(MemorySegment to) {
      to.copyFrom(MemorySegment.ofArray(bytes));
    }
  }

  final PagePool pool;
  final PageCache cache;

  Tables(int frames) {
    this(frames, new PageHasher(() -> "toy model", ToyModel.LAYOUT));
  }

  Tables(int frames, PageHasher hasher) {
    pool = new PagePool(ToyModel.LAYOUT, frames);
    cache = new PageCache(pool, hasher);
  }

  PageTable table(int pages) {
    return table("alice", pages);
  }

  PageTable table(String lineage, int pages) {
    PageTable table = new PageTable(cache, cache.lineage(lineage));
    table.reserve(pages);
    return table;
  }

  /** A table of so many pages that holds these tokens. */
  PageTable filled(int pages, int... tokens) {
    PageTable table = table(pages);
    fill(table, tokens);
    return table;
  }

  /** So many tokens from {@code first} on. */
  static int[] tokens(int first, int count) {
    int[] tokens = new int[count];
    Arrays.setAll(tokens, i -> first + i);
    return tokens;
  }

  /** Appends and computes tokens at the next positions. */
  void fill(PageTable table, int... tokens) {
    fillMasked(table, null, tokens);
  }

  void fillMasked(PageTable table, int @Nullable [] mask, int... tokens) {
    for (int token : tokens) {
      fillAt(table, table.length(), mask, token);
    }
  }

  /** Appends and computes tokens at one position after the other. */
  void fillAt(PageTable table, int firstPosition, int @Nullable [] mask, int... tokens) {
    int[] frames = table.copyFrames(new int[0]);
    int position = firstPosition;
    for (int token : tokens) {
      int slot = table.append(token, position, mask);
      ToyModel.forward(pool, frames, token, position, mask, slot);
      position++;
    }
    table.computed();
  }

  /** Rows of these tokens, the first of them at some position. */
  static RowSource rows(int position, int... tokens) {
    return new RowSource() {
      @Override
      public int token(int row) {
        return tokens[row];
      }

      @Override
      public int position(int row) {
        return position + row;
      }

      @Override
      public int @Nullable [] mask(int row) {
        return null;
      }
    };
  }

  static PageContent content(int position, int... tokens) {
    int[] positions = new int[tokens.length];
    Arrays.setAll(positions, i -> position + i);
    return new PageContent(tokens, positions, null, null);
  }

  /** Copies a page that is in memory to the outside. */
  Copy copy(Page page) {
    Copy copy = new Copy(pool.frame(page.frame()).toArray(ValueLayout.JAVA_BYTE));
    cache.stored(page, copy);
    return copy;
  }

  /** Makes a table whole whose pages are in memory, or can be read back. */
  void restore(PageTable table) {
    table.pin();
    for (Page page : table.absentPages()) {
      cache.beginLoading(page);
      ((Copy) Objects.requireNonNull(page.copy())).read(pool.frame(page.frame()));
      cache.loaded(page);
    }
    table.supply();
    table.complete();
  }

  /** That the laws hold, and that whole tables hold what their rows say. */
  void check(PageTable... tables) {
    cache.check(List.of(tables));
    PageFrames.verify(cache);
    for (PageTable table : tables) {
      if (table.isWhole()) {
        checkSlots(table);
      }
    }
  }

  private void checkSlots(PageTable table) {
    long[] values = ToyModel.values(table.content());
    int[] frames = table.copyFrames(new int[0]);
    for (int slot = 0; slot < values.length; slot++) {
      if (!table.isDropped(slot / ToyModel.PAGE_TOKENS, 1)
          && ToyModel.read(pool, frames, slot) != values[slot]) {
        throw new AssertionError("slot " + slot + " holds other values");
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
