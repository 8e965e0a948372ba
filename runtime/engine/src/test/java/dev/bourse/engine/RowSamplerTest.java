package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowSamplerTest {
  private final RowSampler sampler = new RowSampler();

  @Test
  void temperatureZeroIsArgmaxAndTiesGoToTheLowestToken() {
    float[] logits = {1, 5, 5, -2};
    assertThat(token(new Sampler.Multinomial(0, 9), logits, 0)).isEqualTo(1);
    assertThat(token(new Sampler.TopK(0.7f, 1), logits, 0)).isEqualTo(1);
    assertThat(token(new Sampler.TopP(1, 0), logits, 0)).isEqualTo(1);
  }

  @Test
  void drawsDependOnSeedAndPositionAlone() {
    float[] logits = random(50, 1);
    for (int position = 0; position < 100; position++) {
      assertThat(token(new Sampler.Multinomial(1, 5), logits, position))
          .isEqualTo(token(new Sampler.Multinomial(1, 5), logits, position));
    }
    int[] first =
        IntStream.range(0, 64).map(i -> token(new Sampler.Multinomial(3, 5), logits, i)).toArray();
    int[] second =
        IntStream.range(0, 64).map(i -> token(new Sampler.Multinomial(3, 6), logits, i)).toArray();
    assertThat(first).isNotEqualTo(second);
    assertThat(Arrays.stream(first).distinct().count()).isGreaterThan(5);
  }

  @Test
  void aBiasMovesDrawsAndNoProbe() {
    float[] logits = {0, 1, 2, 3};
    TokenBias bias = new TokenBias(new int[] {0, 3, 0}, new float[] {2, -5, 2});
    Slot drawn = sampler.read(new Sampler.TopK(0, 1), logits, 0, 4, null, bias, 0, 0);
    assertThat(((Slot.Token) drawn).id()).isEqualTo(0);
    Slot masked =
        sampler.read(new Sampler.TopK(0, 1), logits, 0, 4, new long[] {0b1110}, bias, 0, 0);
    assertThat(((Slot.Token) masked).id()).as("what is forbidden stays so").isEqualTo(2);
    assertThat(sampler.read(new Sampler.Entropy(), logits, 0, 4, null, bias, 0, 0))
        .isEqualTo(sampler.read(new Sampler.Entropy(), logits, 0, 4, null, null, 0, 0));
    assertThat(logits).containsExactly(0, 1, 2, 3);
  }

  @Test
  void aBiasOfLogTwoMakesATokenTwiceAsLikely() {
    float[] logits = {0, 0, 0};
    TokenBias bias = new TokenBias(new int[] {1}, new float[] {(float) Math.log(2)});
    int[] counts = new int[3];
    for (int position = 0; position < 40_000; position++) {
      Sampler any = new Sampler.Multinomial(1, 3);
      counts[((Slot.Token) sampler.read(any, logits, 0, 3, null, bias, 0, position)).id()]++;
    }
    assertThat(counts[1] / 40_000.0).isCloseTo(0.5, within(0.01));
    assertThat(counts[0] / 40_000.0).isCloseTo(0.25, within(0.01));
  }

  @Test
  void anObservationIsTheModelsOwnDistribution() {
    float[] logits = random(40, 8);
    Slot.Distribution all =
        (Slot.Distribution)
            sampler.read(new Sampler.Distribution(1, 0), logits, 0, 40, null, null, 0, 0);
    ForwardResult.Observation seen = sampler.observe(logits, 0, 40, all.ids()[9], 3);
    assertThat(seen.tokens())
        .containsExactly(all.ids()[9], all.ids()[0], all.ids()[1], all.ids()[2]);
    assertThat(Math.exp(seen.logprobs()[0])).isCloseTo(all.probabilities()[9], within(1e-6));
    assertThat(Math.exp(seen.logprobs()[2])).isCloseTo(all.probabilities()[1], within(1e-6));
    assertThat(sampler.observe(logits, 0, 40, 5, 0).tokens()).containsExactly(5);
    assertThat(sampler.observe(logits, 0, 40, 5, 1000).tokens()).hasSize(41);
  }

  @Test
  void aBiasIsFiniteAndOneForEachToken() {
    for (float amount : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new TokenBias(new int[] {7}, new float[] {amount}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("token 7")
          .hasMessageContaining("logit mask");
    }
    assertThatThrownBy(() -> new TokenBias(new int[] {7}, new float[0]))
        .hasMessageContaining("0 amounts for 1 tokens");
  }

  @Test
  void multinomialDrawsInProportion() {
    float[] logits = {0, (float) Math.log(2), (float) Math.log(5)};
    int[] counts = new int[3];
    for (int position = 0; position < 80_000; position++) {
      counts[token(new Sampler.Multinomial(1, 1), logits, position)]++;
    }
    assertThat(counts[0] / 80_000.0).isCloseTo(1 / 8.0, within(0.01));
    assertThat(counts[1] / 80_000.0).isCloseTo(2 / 8.0, within(0.01));
    assertThat(counts[2] / 80_000.0).isCloseTo(5 / 8.0, within(0.01));
  }

  @Test
  void filtersKeepExactlyTheTokensTheyDefine() {
    for (long seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      float[] logits = random(300, seed);
      float temperature = 0.3f + random.nextFloat() * 2;
      int k = 1 + random.nextInt(80);
      float p = 0.2f + 0.75f * random.nextFloat();
      assertDrawsWithin(
          new Sampler.TopK(temperature, k), logits, top(logits, temperature, k, 1, 0));
      assertDrawsWithin(
          new Sampler.TopP(temperature, p), logits, top(logits, temperature, 0, p, 0));
      assertDrawsWithin(
          new Sampler.MinP(temperature, p / 10), logits, top(logits, temperature, 0, 1, p / 10));
      assertDrawsWithin(
          new Sampler.TopKTopP(temperature, k, p), logits, top(logits, temperature, k, p, 0));
    }
  }

  /** With a flat row nearly the whole vocabulary is within p: the candidates have to grow. */
  @Test
  void topPReachesBeyondTheFirstCandidates() {
    float[] logits = new float[5000];
    Set<Integer> seen = new HashSet<>();
    for (int position = 0; position < 5000; position++) {
      seen.add(token(new Sampler.TopP(1, 0.9f), logits, position));
    }
    assertThat(seen.stream().mapToInt(Integer::intValue).max().orElseThrow()).isBetween(4400, 4500);
  }

  @Test
  void aMaskForbidsTokensForEverySampler() {
    float[] logits = {9, 1, 8, 2};
    long[] mask = {0b1010};
    for (Sampler any :
        new Sampler[] {
          new Sampler.Multinomial(1, 3),
          new Sampler.TopK(1, 2),
          new Sampler.TopP(1, 0.9f),
          new Sampler.MinP(1, 0.1f),
          new Sampler.Multinomial(0, 0)
        }) {
      for (int position = 0; position < 50; position++) {
        Slot slot = sampler.read(any, logits, 0, 4, mask, null, 1, position);
        assertThat(((Slot.Token) slot).id()).isIn(1, 3);
      }
    }
    assertThatThrownBy(
            () -> sampler.read(new Sampler.TopK(1, 2), logits, 0, 4, new long[1], null, 1, 0))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("forbids all");
  }

  @Test
  void probesAgreeWithTheDistribution() {
    float[] logits = random(40, 3);
    Slot.Distribution all =
        (Slot.Distribution)
            sampler.read(new Sampler.Distribution(1, 0), logits, 0, 40, null, null, 0, 0);
    double sum = 0;
    double entropy = 0;
    for (float probability : all.probabilities()) {
      sum += probability;
      entropy -= probability * Math.log(probability);
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
    Slot.Entropy measured =
        (Slot.Entropy) sampler.read(new Sampler.Entropy(), logits, 0, 40, null, null, 0, 0);
    assertThat((double) measured.nats()).isCloseTo(entropy, within(1e-4));
    Slot.Logprobs logprob =
        (Slot.Logprobs)
            sampler.read(new Sampler.Logprob(all.ids()[7]), logits, 0, 40, null, null, 0, 0);
    assertThat((double) logprob.values()[0])
        .isCloseTo(Math.log(all.probabilities()[7]), within(1e-4));
  }

  @Test
  void survivesLogitsThatAreNotNumbers() {
    float[] logits = {Float.NaN, 1, Float.NEGATIVE_INFINITY, 0.5f};
    for (int position = 0; position < 200; position++) {
      assertThat(token(new Sampler.Multinomial(1, 3), logits, position)).isIn(1, 3);
      assertThat(token(new Sampler.TopP(1, 0.99f), logits, position)).isIn(1, 3);
    }
    float[] infinite = {0, Float.POSITIVE_INFINITY, 3};
    assertThat(token(new Sampler.Multinomial(1, 3), infinite, 0)).isEqualTo(1);
    Slot.Distribution certain =
        (Slot.Distribution)
            sampler.read(new Sampler.Distribution(1, 2), infinite, 0, 3, null, null, 0, 0);
    assertThat(certain.ids()[0]).isEqualTo(1);
    assertThat(certain.probabilities()[0]).isEqualTo(1);
    assertThatThrownBy(() -> token(new Sampler.TopK(1, 3), new float[] {Float.NaN}, 0))
        .hasMessageContaining("no logit is a number");
  }

  private int token(Sampler wanted, float[] logits, int position) {
    return ((Slot.Token) sampler.read(wanted, logits, 0, logits.length, null, null, 42, position))
        .id();
  }

  private void assertDrawsWithin(Sampler wanted, float[] logits, Set<Integer> allowed) {
    Set<Integer> drawn = new HashSet<>();
    for (int position = 0; position < 400; position++) {
      drawn.add(token(wanted, logits, position));
    }
    assertThat(allowed).as("%s", wanted).containsAll(drawn);
  }

  /** The definition, by sorting the whole vocabulary. */
  private static Set<Integer> top(float[] logits, float temperature, int k, float p, float minP) {
    Integer[] order = IntStream.range(0, logits.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> -logits[i]));
    int limit = k == 0 ? order.length : Math.min(k, order.length);
    double max = logits[order[0]];
    double mass = 0;
    for (int i = 0; i < limit; i++) {
      mass += Math.exp((logits[order[i]] - max) / temperature);
    }
    Set<Integer> kept = new HashSet<>();
    double sum = 0;
    for (int i = 0; i < limit; i++) {
      double weight = Math.exp((logits[order[i]] - max) / temperature);
      if (i > 0 && (sum >= p * mass || weight < minP)) {
        break;
      }
      kept.add(order[i]);
      sum += weight;
    }
    return kept;
  }

  private static float[] random(int n, long seed) {
    Random random = new Random(seed);
    float[] logits = new float[n];
    for (int i = 0; i < n; i++) {
      logits[i] = (float) random.nextGaussian() * 3;
    }
    return logits;
  }
}
