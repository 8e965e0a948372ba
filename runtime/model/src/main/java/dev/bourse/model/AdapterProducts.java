package dev.bourse.model;

import dev.bourse.tensor.Scratch;
import org.jspecify.annotations.Nullable;

/**
 * Adds to the results of a projection what the rows' adapters add. Each row by itself: what a row
 * gets does not depend on who else is in the batch.
 */
final class AdapterProducts {
  private final ModelConfig config;
  private final RowRuns runs;
  private final RowRuns.Body body = this::addRows;
  private float[] low = {};
  private int rankMax;
  private ForwardBatch batch = new ForwardBatch();
  private int[] active = {};
  private int layer;
  private Projection projection = Projection.QUERY;
  private float[] x = {};
  private float[] y = {};

  AdapterProducts(ModelConfig config, RowRuns runs) {
    this.config = config;
    this.runs = runs;
  }

  /** Prepares for a batch. */
  void bind(ForwardBatch newBatch) {
    batch = newBatch;
    rankMax = 0;
    for (int row = 0; row < batch.rows(); row++) {
      LoraAdapter adapter = batch.adapter(row);
      rankMax = adapter == null ? rankMax : Math.max(rankMax, adapter.rankMax());
    }
    int needed = Math.multiplyExact(rankMax, batch.rows());
    if (low.length < needed) {
      low = new float[needed];
    }
  }

  /**
   * Adds to one projection of one layer.
   *
   * @param rows the rows being computed, in the order in which they stand in {@code in} and {@code
   *     out}
   */
  void add(int inLayer, Projection of, int[] rows, int count, float[] in, float[] out) {
    if (rankMax == 0 || count == 0) {
      return;
    }
    active = rows;
    layer = inLayer;
    projection = of;
    x = in;
    y = out;
    long work = (long) rankMax * (of.columns(config) + of.rows(config));
    runs.run(count, work, body);
  }

  private void addRows(int from, int end, Scratch scratch) {
    for (int i = from; i < end; i++) {
      LowRank delta = delta(batch.adapter(active[i]));
      if (delta != null) {
        delta.addTo(x, i * delta.columns(), y, i * delta.rows(), low, i * rankMax);
      }
    }
  }

  private @Nullable LowRank delta(@Nullable LoraAdapter adapter) {
    return adapter == null ? null : adapter.layer(layer).get(projection);
  }
}
