package dev.bourse.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttentionTest {
  static Stream<Kernels> twins() {
    return Twins.all();
  }

  @ParameterizedTest
  @MethodSource("twins")
  void isTheSameForEveryPageSizeAndTrueToDoubleArithmetic(Kernels kernels) {
    Random random = new Random(5);
    for (int run = 0; run < 60; run++) {
      int kvHeads = 1 + random.nextInt(3);
      int group = 1 + random.nextInt(9);
      int dim = random.nextInt(5) == 0 ? 40 : 16 * (1 + random.nextInt(8));
      int slots = 1 + random.nextInt(150);
      try (Cache cache = new Cache(kvHeads, dim, slots, random)) {
        float[] q = TestWeights.gaussian(kvHeads * group * dim, random);
        long[] mask = random.nextBoolean() ? null : mask(slots, random);
        float[] expected = attend(Kernels.scalar(), cache.paged(16), slots, mask, group, q);
        int first = random.nextInt(slots);
        float[] windowed =
            attend(Kernels.scalar(), cache.paged(16), first, slots, mask, group, q, 2);
        for (int pageTokens : new int[] {8, 16, 32}) {
          PagedKv kv = cache.paged(pageTokens);
          for (Kernels twin : Stream.of(kernels, Kernels.scalar()).toList()) {
            float[] out = attend(twin, kv, slots, mask, group, q);
            assertThat(out).isEqualTo(expected);
            out = attend(twin, kv, first, slots, mask, group, q, 2);
            assertThat(out).isEqualTo(windowed);
          }
        }
        cache.check(q, group, 0, mask, 0, expected);
        cache.check(q, group, first, mask, 2, windowed);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void whatIsMaskedDoesNotCountEvenIfItIsNotANumber(Kernels kernels) {
    Random random = new Random(6);
    int slots = 70;
    BitSet visible = new BitSet();
    visible.set(3, 30);
    visible.set(65);
    try (Cache cache = new Cache(1, 32, slots, random)) {
      float[] q = TestWeights.gaussian(4 * 32, random);
      long[] mask = words(visible, slots);
      float[] expected = attend(kernels, cache.paged(16), slots, mask, 4, q);
      for (int j = 0; j < slots; j++) {
        if (!visible.get(j)) {
          Arrays.fill(cache.keys[j], Float.NaN);
          Arrays.fill(cache.values[j], Float.NaN);
        }
      }
      assertThat(attend(kernels, cache.paged(16), slots, mask, 4, q)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void whereNothingIsVisibleTheResultIsZero(Kernels kernels) {
    Random random = new Random(6);
    try (Cache cache = new Cache(2, 32, 20, random)) {
      float[] q = TestWeights.gaussian(4 * 32, random);
      float[] none = attend(kernels, cache.paged(8), 20, new long[1], 2, q);
      assertThat(none).containsOnly(0f);
      assertThat(attend(kernels, cache.paged(8), 0, null, 2, q)).containsOnly(0f);
    }
  }

  private static float[] attend(
      Kernels kernels, PagedKv kv, int slots, long @Nullable [] mask, int group, float[] q) {
    return attend(kernels, kv, 0, slots, mask, group, q, 0);
  }

  private static float[] attend(
      Kernels kernels,
      PagedKv kv,
      int first,
      int slots,
      long @Nullable [] mask,
      int group,
      float[] q,
      float cap) {
    float[] out = new float[q.length];
    Arrays.fill(out, 99f);
    Scratch scratch = new Scratch();
    Scores scores = new Scores((float) (1 / Math.sqrt(kv.headDim())), cap);
    for (int head = 0; head < kv.kvHeads(); head++) {
      int at = head * group * kv.headDim();
      kernels.attention(kv, first, slots, mask, head, group, q, at, scores, out, at, scratch);
    }
    return out;
  }

  private static long[] mask(int slots, Random random) {
    BitSet visible = new BitSet();
    for (int j = 0; j < slots; j++) {
      visible.set(j, random.nextInt(3) > 0);
    }
    return words(visible, slots);
  }

  private static long[] words(BitSet visible, int slots) {
    return Arrays.copyOf(visible.toLongArray(), Math.ceilDiv(slots, 64));
  }

  /** Keys and values of random tokens, and pages that hold them in random order. */
  private static final class Cache implements AutoCloseable {
    private static final int LAYERS = 2;
    private static final int LAYER = 1;

    private final int kvHeads;
    private final int dim;
    private final float[][] keys;
    private final float[][] values;
    private final OffHeapMemory memory;

    Cache(int kvHeads, int dim, int slots, Random random) {
      this.kvHeads = kvHeads;
      this.dim = dim;
      this.keys = new float[slots][];
      this.values = new float[slots][];
      for (int j = 0; j < slots; j++) {
        keys[j] = TestWeights.gaussian(kvHeads * dim, random);
        values[j] = TestWeights.gaussian(kvHeads * dim, random);
      }
      this.memory = OffHeapMemory.allocate((slots + 32L) * 2 * LAYERS * kvHeads * dim * 4);
    }

    PagedKv paged(int pageTokens) {
      memory.segment().fill((byte) -1);
      long layerBytes = (long) kvHeads * dim * pageTokens * 4;
      long[] offsets = new long[Math.ceilDiv(keys.length, pageTokens)];
      for (int p = 0; p < offsets.length; p++) {
        offsets[p] = (offsets.length - 1 - p) * layerBytes * 2 * LAYERS;
      }
      PagedKv kv =
          new PagedKv(
              memory.segment(),
              offsets,
              2 * LAYER * layerBytes,
              (2 * LAYER + 1) * layerBytes,
              kvHeads,
              dim,
              pageTokens);
      for (int j = 0; j < keys.length; j++) {
        kv.store(j, keys[j], 0, values[j], 0);
      }
      return kv;
    }

    void check(
        float[] q, int group, int first, long @Nullable [] mask, double cap, float[] actual) {
      BitSet visible = mask == null ? new BitSet() : BitSet.valueOf(mask);
      if (mask == null) {
        visible.set(0, keys.length);
      }
      double scale = 1 / Math.sqrt(dim);
      for (int head = 0; head < kvHeads * group; head++) {
        int kvAt = head / group * dim;
        double[] out = new double[dim];
        double sum = 0;
        for (int j = visible.nextSetBit(first); j >= 0; j = visible.nextSetBit(j + 1)) {
          double score = 0;
          for (int d = 0; d < dim; d++) {
            score += (double) q[head * dim + d] * keys[j][kvAt + d];
          }
          score *= scale;
          double p = Math.exp(cap == 0 ? score : cap * Math.tanh(score / cap));
          sum += p;
          for (int d = 0; d < dim; d++) {
            out[d] += p * values[j][kvAt + d];
          }
        }
        for (int d = 0; d < dim; d++) {
          double expected = sum == 0 ? 0 : out[d] / sum;
          assertThat((double) actual[head * dim + d]).isCloseTo(expected, within(2e-5));
        }
      }
    }

    @Override
    public void close() {
      memory.close();
    }
  }
}
