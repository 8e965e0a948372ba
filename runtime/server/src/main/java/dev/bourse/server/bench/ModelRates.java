package dev.bourse.server.bench;

import dev.bourse.kv.PageCache;
import dev.bourse.kv.PageHasher;
import dev.bourse.kv.PagePool;
import dev.bourse.kv.PageTable;
import dev.bourse.model.ForwardBatch;
import dev.bourse.model.ForwardPass;
import dev.bourse.model.Model;
import dev.bourse.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/** Computes batches of one kind again and again, and tells how long one takes. */
final class ModelRates implements AutoCloseable {
  private static final int PAGE_TOKENS = 16;

  /** Rows that are computed at once in a prefill. */
  static final int ROWS_MAX = 512;

  private static final int RUNS_MIN = 3;

  /** Between the tokens of two sequences at the same position. */
  private static final int DISTANCE = 101;

  private final Model model;
  private final PagePool pool;
  private final PageCache cache;
  private final ForwardPass pass;
  private final long nanos;

  /**
   * Prepares to measure.
   *
   * @param tokensMax tokens that all sequences of a batch have together, at most
   * @param nanos how long to measure each
   */
  ModelRates(Model model, int tokensMax, long nanos) {
    this.model = model;
    this.nanos = nanos;
    int pages = Math.ceilDiv(tokensMax, PAGE_TOKENS) + 64;
    this.pool = new PagePool(model.config().kvLayout(PAGE_TOKENS), pages);
    this.cache = new PageCache(pool, new PageHasher(() -> "bench", pool.layout()));
    this.pass = model.newForwardPass(pool, ROWS_MAX);
  }

  /** Seconds that some tokens take which see nothing but each other; the median. */
  double prefill(int tokens) {
    return median(
        () -> {
          PageTable table = newTable();
          double seconds = run(List.of(table), tokens);
          table.release();
          return seconds;
        });
  }

  /**
   * Seconds of a step that computes a token of each sequence; the median.
   *
   * @param depth tokens that a sequence has already
   * @param shared how many of them are the same pages in all sequences
   */
  double decode(int sequences, int depth, int shared) {
    List<PageTable> tables = new ArrayList<>();
    PageTable first = newTable();
    append(first, shared, 0);
    for (int i = 0; i < sequences; i++) {
      PageTable table = first.fork();
      // Equal tokens would be the same pages: each sequence has tokens of its own.
      append(table, depth - shared, 1 + i);
      tables.add(table);
    }
    first.release();
    double seconds =
        median(
            () -> {
              double step = run(tables, 1);
              tables.forEach(table -> table.truncate(1));
              return step;
            });
    tables.forEach(PageTable::release);
    return seconds;
  }

  private PageTable newTable() {
    return new PageTable(cache, cache.lineage("bench"));
  }

  /** Slots whose keys and values are whatever the pages hold: reading them costs the same. */
  private void append(PageTable table, int tokens, int sequence) {
    reserve(table, tokens);
    for (int i = 0; i < tokens; i++) {
      int position = table.length();
      var _ = table.append(token(position + sequence * DISTANCE), position, null);
    }
    table.computed();
  }

  private static void reserve(PageTable table, int tokens) {
    int missing = Math.ceilDiv(table.length() + tokens, PAGE_TOKENS) - table.pageCount();
    table.reserve(Math.max(0, missing));
  }

  private int token(int position) {
    return Math.floorMod(position * 31 + 7, model.config().vocabularySize());
  }

  /** Computes some more tokens of each sequence, and tells the time. */
  private double run(List<PageTable> tables, int tokens) {
    ForwardBatch batch = new ForwardBatch();
    long start = System.nanoTime();
    for (int from = 0; from < tokens; from += ROWS_MAX) {
      batch.clear();
      int end = Math.min(tokens, from + ROWS_MAX);
      for (PageTable table : tables) {
        reserve(table, end - from);
        int sequence = batch.addSequence(table.copyFrames(new int[0]), table.pageCount());
        int row = 0;
        for (int i = from; i < end; i++) {
          int position = table.length();
          int slot = table.append(token(position), position, null);
          row = batch.addRow(sequence, token(position), position, slot);
        }
        if (end == tokens) {
          batch.requestLogits(row);
        }
      }
      pass.run(batch);
      tables.forEach(PageTable::computed);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private interface Timed {
    double run();
  }

  private double median(Timed timed) {
    List<Double> times = new ArrayList<>();
    long start = System.nanoTime();
    do {
      times.add(timed.run());
    } while (times.size() < RUNS_MIN || System.nanoTime() - start < nanos);
    double[] sorted = times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /**
   * Computes until the kernels are compiled: as long as it gets faster.
   *
   * @param nanosMax for so long at most
   */
  void warmUp(long nanosMax) {
    long start = System.nanoTime();
    double best = Double.MAX_VALUE;
    for (int still = 0; still < 4 && System.nanoTime() - start < nanosMax; ) {
      double seconds = prefill(128) + decode(1, 64, 0) + decode(8, 64, 0);
      still = seconds < best * 0.95 ? 0 : still + 1;
      best = Math.min(best, seconds);
    }
  }

  /** Multiply-adds, as two operations each, of a token that sees {@code depth} others. */
  double flops(double depth, boolean logits) {
    ModelConfig config = model.config();
    ModelConfig.Attention attention = config.attention();
    double layer =
        (double) config.hiddenSize() * (2.0 * attention.queryWidth() + 2.0 * attention.kvWidth())
            + 3.0 * config.hiddenSize() * config.feedForwardSize()
            + 2.0 * depth * attention.queryWidth();
    double output = logits ? (double) config.hiddenSize() * config.vocabularySize() : 0;
    return 2 * (config.layers() * layer + output);
  }

  /** Bytes of keys and values of a token. */
  double kvBytes() {
    ModelConfig config = model.config();
    return 2.0 * Float.BYTES * config.layers() * config.attention().kvWidth();
  }

  @Override
  public void close() {
    pass.close();
    pool.close();
  }
}
