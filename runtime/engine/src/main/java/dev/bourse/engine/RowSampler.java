package dev.bourse.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one row of logits with one {@link Sampler}. Arithmetic is in double precision and in a
 * fixed order, so that a draw depends on nothing but the logits, the seed and the position.
 *
 * <p>Reuses its scratch memory: one for each thread that samples.
 */
final class RowSampler {
  private static final int FIRST_CANDIDATES = 64;

  private final TopTokens top = new TopTokens();
  private float[] masked = new float[0];
  private double[] weights = new double[FIRST_CANDIDATES];

  /**
   * Reads a row.
   *
   * @param logits the row is {@code logits[at .. at + vocabulary)}; not changed
   * @param mask tokens that may be sampled, or null for all
   * @param bias what is added to the logits before a draw, or null for nothing
   * @param seed what seedless samplers draw from
   * @param position of the row, so that each row draws its own number
   * @throws EngineException if the mask forbids every token, or no logit is a number
   */
  Slot read(
      Sampler sampler,
      float[] logits,
      int at,
      int vocabulary,
      long @Nullable [] mask,
      @Nullable TokenBias bias,
      long seed,
      int position) {
    float[] row = logits;
    int from = at;
    boolean biased = bias != null && sampler.draws();
    if (mask != null || biased) {
      row = copy(logits, at, vocabulary, mask);
      from = 0;
    }
    if (bias != null && biased) {
      bias.addTo(row);
    }
    return switch (sampler) {
      case Sampler.Multinomial s ->
          token(row, from, vocabulary, s.temperature(), 0, 1, 0, s.seed(), position);
      case Sampler.TopK s ->
          token(row, from, vocabulary, s.temperature(), s.k(), 1, 0, seed, position);
      case Sampler.TopP s ->
          token(row, from, vocabulary, s.temperature(), 0, s.p(), 0, seed, position);
      case Sampler.MinP s ->
          token(row, from, vocabulary, s.temperature(), 0, 1, s.p(), seed, position);
      case Sampler.TopKTopP s ->
          token(row, from, vocabulary, s.temperature(), s.k(), s.p(), 0, seed, position);
      case Sampler.Distribution s -> distribution(row, from, vocabulary, s.temperature(), s.k());
      case Sampler.RawLogits s -> new Slot.Logits(Arrays.copyOfRange(row, from, from + vocabulary));
      case Sampler.Logprob s -> logprobs(row, from, vocabulary, s.token());
      case Sampler.Logprobs s -> logprobs(row, from, vocabulary, s.tokens());
      case Sampler.Entropy s -> entropy(row, from, vocabulary);
      case Sampler.Embedding s ->
          throw new IllegalStateException("an embedding is not read from logits");
    };
  }

  /** The row to change, what the mask forbids at negative infinity. */
  private float[] copy(float[] logits, int at, int vocabulary, long @Nullable [] mask) {
    if (masked.length < vocabulary) {
      masked = new float[vocabulary];
    }
    if (mask == null) {
      System.arraycopy(logits, at, masked, 0, vocabulary);
      return masked;
    }
    for (int token = 0; token < vocabulary; token++) {
      masked[token] = Brle.get(mask, token) ? logits[at + token] : Float.NEGATIVE_INFINITY;
    }
    return masked;
  }

  private Slot.Token token(
      float[] row,
      int at,
      int n,
      float temperature,
      int k,
      float p,
      float minP,
      long seed,
      int position) {
    int best = argmax(row, at, n);
    if (temperature == 0 || k == 1 || p == 0 || Float.isInfinite(row[at + best])) {
      return new Slot.Token(best);
    }
    double uniform = SplitMix.uniform(seed, position);
    if (k == 0 && p == 1 && minP == 0) {
      return new Slot.Token(drawFromAll(row, at, n, temperature, row[at + best], uniform));
    }
    return new Slot.Token(drawFromTop(row, at, n, temperature, k, p, minP, uniform));
  }

  /** The most likely token, the lowest id among equals. */
  private static int argmax(float[] row, int at, int n) {
    int best = 0;
    float max = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < n; token++) {
      if (row[at + token] > max) {
        max = row[at + token];
        best = token;
      }
    }
    if (max == Float.NEGATIVE_INFINITY) {
      throw new EngineException(
          "no token can be sampled: the logit mask forbids all of them, or no logit is a number");
    }
    return best;
  }

  /** Walks the cumulative distribution in token order. */
  private static int drawFromAll(
      float[] row, int at, int n, float temperature, float max, double uniform) {
    double target = uniform * mass(row, at, n, temperature, max);
    int last = 0;
    double sum = 0;
    for (int token = 0; token < n; token++) {
      double weight = weight(row[at + token], max, temperature);
      if (weight > 0) {
        sum += weight;
        last = token;
        if (sum > target) {
          return token;
        }
      }
    }
    return last;
  }

  /** Walks the cumulative distribution of the tokens that pass the filters, most likely first. */
  private int drawFromTop(
      float[] row, int at, int n, float temperature, int k, float p, float minP, double uniform) {
    int wanted = k == 0 ? FIRST_CANDIDATES : Math.min(k, n);
    while (true) {
      top.select(row, at, n, wanted);
      int candidates = top.size();
      float max = row[at + top.token(0)];
      // top-k first, then top-p among those: k bounds the mass that p is a share of.
      double mass = k == 0 ? mass(row, at, n, temperature, max) : topMass(row, at, temperature);
      int kept = keep(row, at, temperature, max, minP, p * mass);
      if (kept < candidates || candidates < wanted || wanted == n || k != 0) {
        return draw(kept, uniform);
      }
      wanted = (int) Math.min(n, wanted * 8L);
    }
  }

  /** Fills the weights of the candidates up to the filters' limits and counts them, at least 1. */
  private int keep(float[] row, int at, float temperature, float max, float minP, double enough) {
    if (weights.length < top.size()) {
      weights = new double[Math.max(top.size(), weights.length * 2)];
    }
    double sum = 0;
    int kept = 0;
    while (kept < top.size()) {
      double weight = weight(row[at + top.token(kept)], max, temperature);
      if (kept > 0 && (sum >= enough || weight < minP)) {
        break;
      }
      weights[kept++] = weight;
      sum += weight;
    }
    return kept;
  }

  private int draw(int kept, double uniform) {
    double total = 0;
    for (int i = 0; i < kept; i++) {
      total += weights[i];
    }
    double target = uniform * total;
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      sum += weights[i];
      if (sum > target) {
        return top.token(i);
      }
    }
    return top.token(kept - 1);
  }

  private Slot.Distribution distribution(float[] row, int at, int n, float temperature, int k) {
    int best = argmax(row, at, n);
    if (temperature == 0) {
      return new Slot.Distribution(new int[] {best}, new float[] {1});
    }
    top.select(row, at, n, k == 0 ? n : Math.min(k, n));
    float max = row[at + best];
    double mass = mass(row, at, n, temperature, max);
    int[] ids = new int[top.size()];
    float[] probabilities = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = top.token(i);
      probabilities[i] = (float) (weight(row[at + ids[i]], max, temperature) / mass);
    }
    return new Slot.Distribution(ids, probabilities);
  }

  private static Slot.Logprobs logprobs(float[] row, int at, int n, int... tokens) {
    float max = row[at + argmax(row, at, n)];
    double logMass = Math.log(mass(row, at, n, 1, max));
    float[] values = new float[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      values[i] = (float) (below(row[at + tokens[i]], max) - logMass);
    }
    return new Slot.Logprobs(values);
  }

  /**
   * What the model made of a token that was drawn from a row.
   *
   * @param most how many of the most probable tokens to tell
   * @throws EngineException if no logit is a number
   */
  ForwardResult.Observation observe(float[] logits, int at, int vocabulary, int drawn, int most) {
    float max = logits[at + argmax(logits, at, vocabulary)];
    double logMass = Math.log(mass(logits, at, vocabulary, 1, max));
    top.select(logits, at, vocabulary, Math.min(most, vocabulary));
    int[] tokens = new int[1 + top.size()];
    float[] logprobs = new float[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = i == 0 ? drawn : top.token(i - 1);
      logprobs[i] = (float) (below(logits[at + tokens[i]], max) - logMass);
    }
    return new ForwardResult.Observation(tokens, logprobs);
  }

  private static Slot.Entropy entropy(float[] row, int at, int n) {
    float max = row[at + argmax(row, at, n)];
    double mass = mass(row, at, n, 1, max);
    double expected = 0;
    for (int token = 0; token < n; token++) {
      double weight = weight(row[at + token], max, 1);
      if (weight > 0) {
        expected += weight * below(row[at + token], max);
      }
    }
    return new Slot.Entropy((float) (Math.log(mass) - expected / mass));
  }

  private static double mass(float[] row, int at, int n, float temperature, float max) {
    double sum = 0;
    for (int token = 0; token < n; token++) {
      sum += weight(row[at + token], max, temperature);
    }
    return sum;
  }

  private double topMass(float[] row, int at, float temperature) {
    float max = row[at + top.token(0)];
    double sum = 0;
    for (int i = 0; i < top.size(); i++) {
      sum += weight(row[at + top.token(i)], max, temperature);
    }
    return sum;
  }

  /**
   * The probability of a token relative to that of the most likely one; 0 if it is not a number.
   */
  private static double weight(float logit, float max, float temperature) {
    double x = below(logit, max) / temperature;
    // Below this a weight vanishes beside 1 in every sum of 2^24 of them.
    return x > -60 ? Math.exp(x) : 0;
  }

  /** How far a logit is from the largest; zero for the largest itself, also if it is infinite. */
  private static double below(float logit, float max) {
    return logit == max ? 0 : (double) logit - max;
  }
}
