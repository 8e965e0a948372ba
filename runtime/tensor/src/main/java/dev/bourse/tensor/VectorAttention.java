package dev.bourse.tensor;

import static dev.bourse.tensor.Simd.F;
import static dev.bourse.tensor.Simd.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Attention over pages, straight from off-heap memory: the vector twin. For scores the lanes are
 * tokens, for values they are head dimensions, so nothing is summed across lanes.
 *
 * <p>Up to four query heads share each load. Where there are fewer, or an odd number of vectors,
 * the last one is computed again and stored to the same place: the reads are what costs.
 */
final class VectorAttention {
  /** Query heads that share a load. */
  private static final int HEADS = 4;

  /** Vectors of head dimensions that are summed at once. */
  private static final int DIM_VECTORS = 4;

  private VectorAttention() {}

  /**
   * See {@link Kernels#attention}; head and page sizes are whole vectors, {@code slots} is above
   * {@code first}.
   */
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
    int stride = Math.ceilDiv(slots, kv.pageTokens()) * kv.pageTokens();
    float[] scores = scratch.scores(heads * stride);
    float[] sums = scratch.sums(heads);
    for (int head = 0; head < heads; head += HEADS) {
      int last = Math.min(head + HEADS, heads) - 1;
      for (int slot = first / LANES * LANES; slot < slots; slot += 2 * LANES) {
        score(
            kv,
            kvHead,
            slot,
            Math.min(slot + LANES, stride - LANES),
            q,
            qAt,
            head,
            last,
            scores,
            stride);
      }
    }
    for (int head = 0; head < heads; head++) {
      weigh(scores, head * stride, first, slots, mask, how);
    }
    for (int head = 0; head < heads; head += HEADS) {
      int last = Math.min(head + HEADS, heads) - 1;
      for (int dim = 0; dim < kv.headDim(); dim += DIM_VECTORS * LANES) {
        sumValues(
            kv, kvHead, first, slots, mask, dim, head, last, scores, stride, out, outAt, sums);
      }
    }
    for (int head = 0; head < heads; head++) {
      ScalarAttention.normalize(out, outAt + head * kv.headDim(), kv.headDim(), sums[head]);
    }
  }

  /** Unscaled scores of two vectors of slots with up to four heads. */
  private static void score(
      PagedKv kv,
      int kvHead,
      int slot0,
      int slot1,
      float[] q,
      int qAt,
      int head,
      int last,
      float[] scores,
      int stride) {
    MemorySegment memory = kv.memory();
    int dim = kv.headDim();
    long step = kv.pageTokens() * 4L;
    long k0 = keys(kv, kvHead, slot0);
    long k1 = keys(kv, kvHead, slot1);
    int h0 = head;
    int h1 = Math.min(head + 1, last);
    int h2 = Math.min(head + 2, last);
    int h3 = Math.min(head + 3, last);
    int q0 = qAt + h0 * dim;
    int q1 = qAt + h1 * dim;
    int q2 = qAt + h2 * dim;
    int q3 = qAt + h3 * dim;
    FloatVector a0 = FloatVector.zero(F);
    FloatVector b0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    FloatVector b1 = FloatVector.zero(F);
    FloatVector a2 = FloatVector.zero(F);
    FloatVector b2 = FloatVector.zero(F);
    FloatVector a3 = FloatVector.zero(F);
    FloatVector b3 = FloatVector.zero(F);
    for (int d = 0; d < dim; d++) {
      FloatVector u = Simd.floats(memory, k0 + d * step);
      FloatVector v = Simd.floats(memory, k1 + d * step);
      FloatVector e0 = FloatVector.broadcast(F, q[q0 + d]);
      a0 = u.fma(e0, a0);
      b0 = v.fma(e0, b0);
      FloatVector e1 = FloatVector.broadcast(F, q[q1 + d]);
      a1 = u.fma(e1, a1);
      b1 = v.fma(e1, b1);
      FloatVector e2 = FloatVector.broadcast(F, q[q2 + d]);
      a2 = u.fma(e2, a2);
      b2 = v.fma(e2, b2);
      FloatVector e3 = FloatVector.broadcast(F, q[q3 + d]);
      a3 = u.fma(e3, a3);
      b3 = v.fma(e3, b3);
    }
    a0.intoArray(scores, h0 * stride + slot0);
    b0.intoArray(scores, h0 * stride + slot1);
    a1.intoArray(scores, h1 * stride + slot0);
    b1.intoArray(scores, h1 * stride + slot1);
    a2.intoArray(scores, h2 * stride + slot0);
    b2.intoArray(scores, h2 * stride + slot1);
    a3.intoArray(scores, h3 * stride + slot0);
    b3.intoArray(scores, h3 * stride + slot1);
  }

  private static long keys(PagedKv kv, int kvHead, int slot) {
    return kv.keyOffset(slot / kv.pageTokens(), kvHead) + slot % kv.pageTokens() * 4L;
  }

  /** Turns unscaled scores into exp(score − largest visible). */
  private static void weigh(
      float[] scores, int head, int first, int slots, long @Nullable [] mask, Scores how) {
    int at = head + first;
    int count = slots - first;
    int whole = F.loopBound(count);
    for (int j = 0; j < whole; j += LANES) {
      FloatVector.fromArray(F, scores, at + j).mul(how.scale()).intoArray(scores, at + j);
    }
    for (int j = whole; j < count; j++) {
      scores[at + j] *= how.scale();
    }
    if (how.cap() > 0) {
      VectorKernels.INSTANCE.softCap(scores, at, count, how.cap());
    }
    float max =
        mask == null
            ? VectorKernels.max(scores, at, count)
            : ScalarAttention.maxVisible(scores, head, first, slots, mask);
    VectorKernels.expOfDifference(scores, at, count, max);
  }

  /** Weighted sums of four vectors of values with up to four heads, and the sums of the weights. */
  private static void sumValues(
      PagedKv kv,
      int kvHead,
      int first,
      int slots,
      long @Nullable [] mask,
      int dim,
      int head,
      int last,
      float[] scores,
      int stride,
      float[] out,
      int outAt,
      float[] sums) {
    MemorySegment memory = kv.memory();
    int headDim = kv.headDim();
    int pageTokens = kv.pageTokens();
    int d1 = Math.min(dim + LANES, headDim - LANES);
    int d2 = Math.min(dim + 2 * LANES, headDim - LANES);
    int d3 = Math.min(dim + 3 * LANES, headDim - LANES);
    int h0 = head;
    int h1 = Math.min(head + 1, last);
    int h2 = Math.min(head + 2, last);
    int h3 = Math.min(head + 3, last);
    float l0 = 0f;
    float l1 = 0f;
    float l2 = 0f;
    float l3 = 0f;
    FloatVector o00 = FloatVector.zero(F);
    FloatVector o01 = FloatVector.zero(F);
    FloatVector o02 = FloatVector.zero(F);
    FloatVector o03 = FloatVector.zero(F);
    FloatVector o10 = FloatVector.zero(F);
    FloatVector o11 = FloatVector.zero(F);
    FloatVector o12 = FloatVector.zero(F);
    FloatVector o13 = FloatVector.zero(F);
    FloatVector o20 = FloatVector.zero(F);
    FloatVector o21 = FloatVector.zero(F);
    FloatVector o22 = FloatVector.zero(F);
    FloatVector o23 = FloatVector.zero(F);
    FloatVector o30 = FloatVector.zero(F);
    FloatVector o31 = FloatVector.zero(F);
    FloatVector o32 = FloatVector.zero(F);
    FloatVector o33 = FloatVector.zero(F);
    for (int from = first / pageTokens * pageTokens; from < slots; from += pageTokens) {
      long page = kv.valueOffset(from / pageTokens, kvHead);
      int end = Math.min(pageTokens, slots - from);
      for (int t = Math.max(0, first - from); t < end; t++) {
        int j = from + t;
        if (!ScalarAttention.visible(mask, j)) {
          continue;
        }
        long at = page + (long) t * headDim * 4;
        FloatVector v0 = Simd.floats(memory, at + dim * 4L);
        FloatVector v1 = Simd.floats(memory, at + d1 * 4L);
        FloatVector v2 = Simd.floats(memory, at + d2 * 4L);
        FloatVector v3 = Simd.floats(memory, at + d3 * 4L);
        float p0 = scores[h0 * stride + j];
        l0 += p0;
        FloatVector e0 = FloatVector.broadcast(F, p0);
        o00 = v0.fma(e0, o00);
        o01 = v1.fma(e0, o01);
        o02 = v2.fma(e0, o02);
        o03 = v3.fma(e0, o03);
        float p1 = scores[h1 * stride + j];
        l1 += p1;
        FloatVector e1 = FloatVector.broadcast(F, p1);
        o10 = v0.fma(e1, o10);
        o11 = v1.fma(e1, o11);
        o12 = v2.fma(e1, o12);
        o13 = v3.fma(e1, o13);
        float p2 = scores[h2 * stride + j];
        l2 += p2;
        FloatVector e2 = FloatVector.broadcast(F, p2);
        o20 = v0.fma(e2, o20);
        o21 = v1.fma(e2, o21);
        o22 = v2.fma(e2, o22);
        o23 = v3.fma(e2, o23);
        float p3 = scores[h3 * stride + j];
        l3 += p3;
        FloatVector e3 = FloatVector.broadcast(F, p3);
        o30 = v0.fma(e3, o30);
        o31 = v1.fma(e3, o31);
        o32 = v2.fma(e3, o32);
        o33 = v3.fma(e3, o33);
      }
    }
    int to0 = outAt + h0 * headDim;
    o00.intoArray(out, to0 + dim);
    o01.intoArray(out, to0 + d1);
    o02.intoArray(out, to0 + d2);
    o03.intoArray(out, to0 + d3);
    sums[h0] = l0;
    int to1 = outAt + h1 * headDim;
    o10.intoArray(out, to1 + dim);
    o11.intoArray(out, to1 + d1);
    o12.intoArray(out, to1 + d2);
    o13.intoArray(out, to1 + d3);
    sums[h1] = l1;
    int to2 = outAt + h2 * headDim;
    o20.intoArray(out, to2 + dim);
    o21.intoArray(out, to2 + d1);
    o22.intoArray(out, to2 + d2);
    o23.intoArray(out, to2 + d3);
    sums[h2] = l2;
    int to3 = outAt + h3 * headDim;
    o30.intoArray(out, to3 + dim);
    o31.intoArray(out, to3 + d1);
    o32.intoArray(out, to3 + d2);
    o33.intoArray(out, to3 + d3);
    sums[h3] = l3;
  }
}
