package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.engine.ObservedLogits.Row;
import dev.bourse.kv.PageRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A context, and what a naive model says of it: a list of rows. */
final class ModelledContext {
  /** What a snapshot must hold. */
  record Saved(List<Row> rows, int committed, int pages, BitSet dropped, int sinks, int window) {}

  /** A pass that was submitted, and what it reads at its last row. */
  private record Submitted(int begin, int end, CompletableFuture<ForwardResult> result) {}

  private static final int SECONDS_MAX = 120;

  final Context context;
  private final ObservedLogits observed;
  private final String where;
  private final int pageTokens;
  private final List<Row> rows = new ArrayList<>();
  private final List<Submitted> submitted = new ArrayList<>();
  private BitSet dropped = new BitSet();
  private int committed;
  private int pages;
  private int sinks;
  private int window = Integer.MAX_VALUE;

  ModelledContext(Context context, ObservedLogits observed, String where) {
    this.context = context;
    this.observed = observed;
    this.where = where;
    this.pageTokens = context.tokensPerPage();
  }

  /** One that was opened. */
  ModelledContext(Context context, ObservedLogits observed, String where, Saved saved) {
    this(context, observed, where);
    rows.addAll(saved.rows);
    committed = saved.committed;
    pages = saved.pages;
    dropped = (BitSet) saved.dropped.clone();
    sinks = saved.sinks;
    window = saved.window;
  }

  int length() {
    return rows.size();
  }

  int pages() {
    return pages;
  }

  int fullPages() {
    return rows.size() / pageTokens;
  }

  Saved saved() {
    return new Saved(List.copyOf(rows), committed, pages, (BitSet) dropped.clone(), sinks, window);
  }

  boolean holds(Saved saved) {
    return tokens().equals(saved.rows.stream().map(Row::token).toList());
  }

  private List<Integer> tokens() {
    return context
        .engine()
        .locked(
            () -> {
              var content = context.table().content();
              List<Integer> tokens = new ArrayList<>();
              for (int i = 0; i < content.length(); i++) {
                tokens.add(content.token(i));
              }
              return tokens;
            });
  }

  void reserveFor(int tokens) throws InterruptedException {
    int missing = Math.ceilDiv(rows.size() + tokens, pageTokens) - pages;
    if (missing > 0) {
      context.reserveWorkingPages(missing);
      pages += missing;
    }
  }

  /**
   * Submits a pass over tokens for which there is room.
   *
   * @param hidden slots that its rows do not attend to, or null for a pass without masks
   */
  void submit(int[] tokens, @Nullable BitSet hidden) {
    int begin = rows.size();
    int[] positions = new int[tokens.length];
    int[][] masks = new int[tokens.length][];
    List<Row> more = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      int slot = begin + i;
      positions[i] = slot;
      BitSet visible = new BitSet();
      visible.set(0, slot);
      if (hidden != null) {
        visible.andNot(hidden);
      }
      visible.set(slot);
      masks[i] = new Row(0, 0, visible).mask();
      more.add(new Row(tokens[i], slot, seen(visible, slot)));
    }
    ForwardRequest.Builder request = ForwardRequest.builder().input(tokens, positions);
    if (hidden != null) {
      request.attentionMasks(masks);
    }
    int last = tokens.length - 1;
    request.read(new Sampler.RawLogits(), last).read(new Sampler.Multinomial(0, 0), last);
    context
        .engine()
        .locked(
            () -> {
              // If one before it has failed, the rows are not what it counts on; await() will tell.
              if (submitted.stream().noneMatch(one -> one.result.isCompletedExceptionally())) {
                CompletableFuture<ForwardResult> result = context.forward(request.build());
                rows.addAll(more);
                submitted.add(new Submitted(begin, rows.size(), result));
              }
              return null;
            });
  }

  private BitSet seen(BitSet visible, int slot) {
    BitSet seen = (BitSet) visible.clone();
    for (int page = dropped.nextSetBit(0); page >= 0; page = dropped.nextSetBit(page + 1)) {
      seen.clear(page * pageTokens, (page + 1) * pageTokens);
    }
    int first = slot - Math.min(slot, window - 1);
    if (first > sinks) {
      seen.clear(sinks, first);
    }
    return seen;
  }

  /**
   * Waits for all passes, and compares what they gave.
   *
   * @return the token the last one drew
   */
  int await() throws Exception {
    int drawn = -1;
    while (!submitted.isEmpty()) {
      Submitted pass = submitted.removeFirst();
      try {
        List<Slot> slots = pass.result.get(SECONDS_MAX, TimeUnit.SECONDS).slots();
        float[] logits = ((Slot.Logits) slots.get(0)).logits();
        observed.observe(rows.subList(0, pass.end), logits, where);
        drawn = ((Slot.Token) slots.get(1)).id();
        assertThat(logits[drawn]).isEqualTo(max(logits));
      } catch (ExecutionException e) {
        // Those behind it fail with it; the context is as it was.
        context
            .engine()
            .locked(
                () -> {
                  submitted.forEach(behind -> assertThat(behind.result).isCompletedExceptionally());
                  return null;
                });
        submitted.clear();
        rows.subList(pass.begin, rows.size()).clear();
        if (e.getCause() instanceof EngineException refused) {
          throw refused;
        }
        throw e;
      }
    }
    noteDropped();
    return drawn;
  }

  private static float max(float[] logits) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    return max;
  }

  /** A window drops pages when it sees fit, but only those that no later row sees. */
  private void noteDropped() {
    List<PageRange> ranges =
        context
            .engine()
            .locked(
                () -> {
                  context.requireLive();
                  return context.table().dropped();
                });
    BitSet now = new BitSet();
    ranges.forEach(range -> now.set(range.first(), range.end()));
    BitSet all = new BitSet();
    all.set(0, rows.size());
    BitSet seen = seen(all, rows.size());
    for (int page = now.nextSetBit(0); page >= 0; page = now.nextSetBit(page + 1)) {
      assertThat(seen.get(page * pageTokens, (page + 1) * pageTokens).isEmpty())
          .as("page %s of %s may be dropped", page, where)
          .isTrue();
    }
    assertThat(now.stream().boxed()).containsAll(dropped.stream().boxed().toList());
    dropped = now;
  }

  ModelledContext fork() throws InterruptedException {
    ModelledContext fork = new ModelledContext(context.fork(), observed, where, saved());
    fork.noteDropped();
    return fork;
  }

  void truncate(Random random) throws InterruptedException {
    int removable = rows.size() - fixedPages() * pageTokens;
    assertThatThrownBy(() -> context.truncateWorkingTokens(removable + 1))
        .isInstanceOf(EngineException.class);
    int count = random.nextInt(removable + 1);
    context.truncateWorkingTokens(count);
    rows.subList(rows.size() - count, rows.size()).clear();
  }

  void release(Random random) throws InterruptedException {
    int releasable = pages - fixedPages();
    assertThatThrownBy(() -> context.releaseWorkingPages(releasable + 1))
        .isInstanceOf(EngineException.class);
    int count = random.nextInt(releasable + 1);
    context.releaseWorkingPages(count);
    pages -= count;
    if (pages * pageTokens < rows.size()) {
      rows.subList(pages * pageTokens, rows.size()).clear();
    }
  }

  private int fixedPages() {
    return Math.max(committed, dropped.length());
  }

  void commit(Random random) throws InterruptedException {
    int count = random.nextInt(fullPages() - committed + 1);
    context.commitWorkingPages(count);
    committed += count;
  }

  void window(int newSinks, int newWindow) throws InterruptedException {
    context.window(newSinks, newWindow);
    sinks = newSinks;
    window = newWindow;
    noteDropped();
  }

  void dropPages(int first, int count) throws InterruptedException {
    context.dropPages(first, count);
    dropped.set(first, first + count);
    noteDropped();
  }

  /** Compares what the context says of itself; waits for nothing. */
  void check() {
    context
        .engine()
        .locked(
            () -> {
              assertThat(context.length()).isEqualTo(rows.size());
              assertThat(context.committedPages()).isEqualTo(committed);
              assertThat(context.workingPages()).isEqualTo(pages - committed);
              assertThat(context.workingTokens()).isEqualTo(rows.size() - committed * pageTokens);
              return null;
            });
  }
}
