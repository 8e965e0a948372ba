package dev.bourse.model;

import dev.bourse.kv.PageCache;
import dev.bourse.kv.PageHasher;
import dev.bourse.kv.PagePool;
import dev.bourse.kv.PageTable;
import java.util.Arrays;

/** A context of a test: its page table, and helpers to compute tokens in it. */
final class TestContext {
  private final PageTable table;
  private int[] pages = new int[1];

  TestContext(PagePool pool) {
    PageCache cache = new PageCache(pool, new PageHasher(() -> "test", pool.layout()));
    this.table = new PageTable(cache, cache.lineage("test"));
  }

  int length() {
    return table.length();
  }

  /** The pages reserved so far. */
  int[] pages() {
    return Arrays.copyOf(pages, table.pageCount());
  }

  /** Adds this context to a batch, with room for {@code tokens} more. */
  int addTo(ForwardBatch batch, int tokens) {
    int missing = Math.ceilDiv(table.length() + tokens, table.pageTokens()) - table.pageCount();
    table.reserve(Math.max(0, missing));
    pages = table.copyFrames(pages);
    return batch.addSequence(pages, table.pageCount());
  }

  /** Adds the next token to a batch, at the position that follows. */
  int addRow(ForwardBatch batch, int sequence, int token) {
    int position = table.length();
    return batch.addRow(sequence, token, position, table.append(token, position, null));
  }

  void release() {
    table.release();
  }

  /** Computes tokens in chunks and returns the logits of the last. */
  static float[] prefill(
      Model model, ForwardPass pass, TestContext context, int[] tokens, int chunk) {
    ForwardBatch batch = new ForwardBatch();
    int last = 0;
    for (int from = 0; from < tokens.length; from += chunk) {
      batch.clear();
      int end = Math.min(tokens.length, from + chunk);
      int sequence = context.addTo(batch, end - from);
      for (int i = from; i < end; i++) {
        last = context.addRow(batch, sequence, tokens[i]);
      }
      if (end == tokens.length) {
        batch.requestLogits(last);
      }
      pass.run(batch);
    }
    return logits(model, pass, last);
  }

  /** A copy of the logits of a row. */
  static float[] logits(Model model, ForwardPass pass, int row) {
    int at = pass.logitsOffset(row);
    return Arrays.copyOfRange(pass.logits(), at, at + model.config().vocabularySize());
  }

  /** The first of the largest logits. */
  static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Continues greedily from the logits of the last token. */
  static int[] greedy(
      Model model, ForwardPass pass, TestContext context, float[] lastLogits, int count) {
    int[] tokens = new int[count];
    float[] logits = lastLogits;
    for (int i = 0; i < count; i++) {
      tokens[i] = best(logits);
      logits = prefill(model, pass, context, new int[] {tokens[i]}, 1);
    }
    return tokens;
  }
}
