package dev.bourse.model;

import dev.bourse.kv.PagePool;
import org.jspecify.annotations.Nullable;

/** Compares a batch with the model and the page pool before anything is computed. */
final class BatchChecks {
  private BatchChecks() {}

  /**
   * @throws IllegalArgumentException naming the first row or sequence that cannot be computed, its
   *     value and the limit
   */
  static void require(ForwardBatch batch, ModelConfig config, PagePool pool) {
    for (int s = 0; s < batch.sequences(); s++) {
      for (int i = 0; i < batch.pageCount(s); i++) {
        requirePage(s, batch.page(s, i), pool);
      }
    }
    for (int row = 0; row < batch.rows(); row++) {
      int slots = batch.pageCount(batch.sequence(row)) * pool.layout().pageTokens();
      requireBelow(row, "token", batch.token(row), config.vocabularySize(), "of the vocabulary");
      requireBelow(
          row, "position", batch.position(row), config.contextLength(), "of the model's context");
      requireBelow(row, "slot", batch.slot(row), slots, "in the pages of its sequence");
      requireAdapter(row, batch.adapter(row), config);
    }
  }

  private static void requireAdapter(int row, @Nullable LoraAdapter adapter, ModelConfig config) {
    if (adapter != null && !adapter.fits(config)) {
      throw new IllegalArgumentException(
          "row %d has an adapter that was made for another model".formatted(row));
    }
  }

  private static void requirePage(int sequence, int page, PagePool pool) {
    if (page < 0 || page >= pool.pageCount()) {
      throw new IllegalArgumentException(
          "sequence %d has page %d, but the pool has %d pages"
              .formatted(sequence, page, pool.pageCount()));
    }
    if (pool.isFree(page)) {
      throw new IllegalArgumentException(
          "sequence %d has page %d, which is free".formatted(sequence, page));
    }
  }

  private static void requireBelow(int row, String what, int value, int limit, String ofWhat) {
    if (value >= limit) {
      throw new IllegalArgumentException(
          "row %d has %s %d, beyond the %d %s".formatted(row, what, value, limit, ofWhat));
    }
  }
}
