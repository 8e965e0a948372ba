package dev.bourse.engine;

import dev.bourse.kv.Page;
import dev.bourse.kv.PageTable;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Pages of a context that are computed once more, from their tokens. They follow each other, have
 * frames, and all before them are in memory.
 */
final class Recomputation implements StepWork {
  private final long arrival;
  private final List<Page> pages;
  private final int[] frames;
  private final int pageTokens;
  private final int firstSlot;
  private final int rows;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private int computed;

  Recomputation(long arrival, PageTable table, List<Page> pages) {
    this.arrival = arrival;
    this.pages = List.copyOf(pages);
    this.pageTokens = table.pageTokens();
    int first = table.sealedPages().indexOf(pages.getFirst());
    this.firstSlot = first * pageTokens;
    // Those after them may be loaded by others, who may give it up.
    this.frames = Arrays.copyOf(table.framesWhileLoading(), first + pages.size());
    this.rows = pages.stream().mapToInt(page -> page.content().length()).sum();
  }

  @Override
  public long arrival() {
    return arrival;
  }

  @Override
  public int remaining() {
    return done.isCompletedExceptionally() ? 0 : rows - computed;
  }

  /** The first row that is not computed. */
  int next() {
    return computed;
  }

  int[] frames() {
    return frames;
  }

  int token(int row) {
    return page(row).content().token(row % pageTokens);
  }

  int position(int row) {
    return page(row).content().position(row % pageTokens);
  }

  int @Nullable [] mask(int row) {
    return page(row).content().mask(row % pageTokens);
  }

  /** The digest of the adapter of a row, or null. */
  @Nullable String adapter(int row) {
    return page(row).content().adapter(row % pageTokens);
  }

  int slot(int row) {
    return firstSlot + row;
  }

  /** Every page but the last is full. */
  private Page page(int row) {
    return pages.get(row / pageTokens);
  }

  void computed(int more) {
    computed += more;
    if (computed == rows) {
      done.complete(null);
    }
  }

  void fail(EngineException failure) {
    done.completeExceptionally(failure);
  }

  CompletableFuture<Void> done() {
    return done;
  }
}
