package dev.bourse.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Attention over pages, one page at a time through an array: the scalar twin. */
final class ScalarAttention {
  private ScalarAttention() {}

  /** See {@link Kernels#attention}. */
  static void attend(
      PagedKv kv,
      int first,
      int slots,
      long @Nullable [] mask,
      int kvHead,
      int heads,
      float[] q,
      int qAt,
      Scores how,
      float[] out,
      int outAt,
      Scratch scratch) {
    int dim = kv.headDim();
    int pageTokens = kv.pageTokens();
    // Scores of a head, padded to whole pages.
    int stride = Math.ceilDiv(slots, pageTokens) * pageTokens;
    float[] scores = scratch.scores(heads * stride);
    float[] page = scratch.page(dim * pageTokens);
    Arrays.fill(out, outAt, outAt + heads * dim, 0f);
    int firstPage = first / pageTokens * pageTokens;
    for (int from = firstPage; from < slots; from += pageTokens) {
      load(kv, kv.keyOffset(from / pageTokens, kvHead), page);
      for (int h = 0; h < heads; h++) {
        score(page, q, qAt + h * dim, dim, pageTokens, scores, h * stride + from);
      }
    }
    float[] sums = scratch.sums(heads);
    for (int h = 0; h < heads; h++) {
      weigh(scores, h * stride, first, slots, mask, how);
      sums[h] = 0f;
    }
    for (int from = firstPage; from < slots; from += pageTokens) {
      load(kv, kv.valueOffset(from / pageTokens, kvHead), page);
      int end = Math.min(pageTokens, slots - from);
      for (int t = Math.max(0, first - from); t < end; t++) {
        if (visible(mask, from + t)) {
          for (int h = 0; h < heads; h++) {
            float p = scores[h * stride + from + t];
            sums[h] += p;
            accumulate(p, page, t * dim, out, outAt + h * dim, dim);
          }
        }
      }
    }
    for (int h = 0; h < heads; h++) {
      normalize(out, outAt + h * dim, dim, sums[h]);
    }
  }

  private static void load(PagedKv kv, long at, float[] page) {
    MemorySegment.copy(kv.memory(), PagedKv.FLOAT, at, page, 0, kv.headDim() * kv.pageTokens());
  }

  /** The unscaled scores of a page's slots; those after the last slot are garbage nobody reads. */
  private static void score(
      float[] keys, float[] q, int qAt, int dim, int pageTokens, float[] scores, int at) {
    for (int t = 0; t < pageTokens; t++) {
      scores[at + t] = 0f;
    }
    for (int d = 0; d < dim; d++) {
      float qd = q[qAt + d];
      for (int t = 0; t < pageTokens; t++) {
        scores[at + t] = Math.fma(qd, keys[d * pageTokens + t], scores[at + t]);
      }
    }
  }

  /** Turns unscaled scores into exp(score − largest); masked places become garbage nobody reads. */
  private static void weigh(
      float[] scores, int at, int first, int slots, long @Nullable [] mask, Scores how) {
    for (int j = first; j < slots; j++) {
      scores[at + j] *= how.scale();
    }
    if (how.cap() > 0) {
      Kernels.scalar().softCap(scores, at + first, slots - first, how.cap());
    }
    float max = maxVisible(scores, at, first, slots, mask);
    for (int j = first; j < slots; j++) {
      scores[at + j] = Exp.exp(scores[at + j] - max);
    }
  }

  /** The largest visible score; −∞ if none is. */
  static float maxVisible(float[] scores, int at, int first, int slots, long @Nullable [] mask) {
    float max = Float.NEGATIVE_INFINITY;
    for (int j = first; j < slots; j++) {
      if (visible(mask, j)) {
        max = Math.max(max, scores[at + j]);
      }
    }
    return max;
  }

  private static void accumulate(float p, float[] values, int at, float[] out, int outAt, int dim) {
    for (int d = 0; d < dim; d++) {
      out[outAt + d] = Math.fma(p, values[at + d], out[outAt + d]);
    }
  }

  /** Divides by the sum of the weights; where nothing is visible the zeros stay. */
  static void normalize(float[] out, int at, int dim, float sum) {
    if (sum == 0f) {
      return;
    }
    float factor = 1f / sum;
    for (int d = 0; d < dim; d++) {
      out[at + d] *= factor;
    }
  }

  static boolean visible(long @Nullable [] mask, int slot) {
    return mask == null || (mask[slot >> 6] >>> (slot & 63) & 1) != 0;
  }
}
