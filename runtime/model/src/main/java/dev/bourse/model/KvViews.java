package dev.bourse.model;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PagePool;
import dev.bourse.tensor.PagedKv;
import java.util.ArrayList;
import java.util.List;

/**
 * The pages of a batch's sequences, as the kernels want to see them. The views are kept from batch
 * to batch and pointed at other pages, so that a step allocates nothing.
 */
final class KvViews {
  private static final int PAGES_AT_FIRST = 8;

  /** One sequence: where its pages are, and a view of them for each layer. */
  @SuppressWarnings("ArrayRecordComponent") // the offsets are shared with the views on purpose
  private record Sequence(long[] pageOffsets, PagedKv[] layers) {}

  private final PagePool pool;
  private final List<Sequence> sequences = new ArrayList<>();

  KvViews(PagePool pool) {
    this.pool = pool;
  }

  /** Points the views at the pages of a batch. */
  void bind(ForwardBatch batch) {
    for (int s = 0; s < batch.sequences(); s++) {
      int pages = batch.pageCount(s);
      long[] offsets = offsets(s, pages);
      for (int i = 0; i < pages; i++) {
        offsets[i] = pool.byteOffset(batch.page(s, i));
      }
    }
  }

  /** The keys and values of a layer, of a sequence of the batch that was bound last. */
  PagedKv view(int sequence, int layer) {
    return sequences.get(sequence).layers()[layer];
  }

  private long[] offsets(int sequence, int pages) {
    if (sequence == sequences.size()) {
      sequences.add(newSequence(Math.max(PAGES_AT_FIRST, pages)));
    }
    long[] offsets = sequences.get(sequence).pageOffsets();
    if (offsets.length < pages) {
      sequences.set(sequence, newSequence(Math.max(2 * offsets.length, pages)));
      offsets = sequences.get(sequence).pageOffsets();
    }
    return offsets;
  }

  private Sequence newSequence(int pages) {
    KvLayout layout = pool.layout();
    long[] offsets = new long[pages];
    PagedKv[] layers = new PagedKv[layout.layers()];
    for (int i = 0; i < layers.length; i++) {
      layers[i] =
          new PagedKv(
              pool.memory(),
              offsets,
              layout.keysOffset(i),
              layout.valuesOffset(i),
              layout.kvHeads(),
              layout.headDim(),
              layout.pageTokens());
    }
    return new Sequence(offsets, layers);
  }
}
