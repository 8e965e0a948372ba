package dev.bourse.engine;

import dev.bourse.model.LoraAdapter;
import dev.bourse.model.LowRank;
import dev.bourse.model.ModelConfig;
import dev.bourse.model.Projection;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The search for an adapter by its scores alone, without gradients: an evolution strategy over the
 * elements of its matrices. Immutable but for what it remembers.
 *
 * <p>The rule, a (μ/μ<sub>w</sub>, λ)-ES with cumulative step-size adaptation (Hansen, "The CMA
 * Evolution Strategy: A Tutorial", 2016, with the identity for a covariance):
 *
 * <ul>
 *   <li>The elements x of all matrices stand in the order of layers, projections, A before B, each
 *       as it is stored. At first B is zero and A is drawn from N(0, 1/columns), the same for all.
 *   <li>The candidate of a seed is x + σ · z(seed), where z is a stream of normal numbers that the
 *       seed determines alone. A pass that names the seed is computed with that candidate.
 *   <li>An update takes the μ = max(1, round(muFraction · n)) best of n scores, of equal ones the
 *       first, weighs them by w<sub>i</sub> ∝ ln(μ + ½) − ln i, Σ w = 1, and moves: z̄ = Σ
 *       w<sub>i</sub> z(seed<sub>i</sub>), x ← x + σ z̄.
 *   <li>The path p ← (1 − c) p + √(c (2 − c) μ<sub>eff</sub>) z̄ tells whether steps agree: σ ← σ ·
 *       exp(min(1, c/d · (‖p‖ / χ − 1))), at most the maximum that the update gives, where
 *       μ<sub>eff</sub> = 1 / Σ w², c = (μ<sub>eff</sub> + 2) / (N + μ<sub>eff</sub> + 5), d = 1 +
 *       2 max(0, √((μ<sub>eff</sub> − 1) / (N + 1)) − 1) + c, χ = √N (1 − 1/4N + 1/21N²), and N is
 *       the number of elements.
 * </ul>
 */
final class Evolution {
  /** Candidates of a generation. */
  static final int POPULATION_MAX = 4096;

  static final int RANK_MAX = 1024;

  /** What attention computes with; the feed-forward block stays as it is. */
  private static final List<Projection> SEARCHED =
      List.of(Projection.QUERY, Projection.KEY, Projection.VALUE, Projection.ATTENTION_OUTPUT);

  /**
   * How a search was begun.
   *
   * @param rank of the matrices
   * @param alpha what their product is multiplied by, divided by the rank
   * @param population candidates of a generation, at most
   * @param muFraction the share of them that is moved towards
   */
  record Settings(int rank, float alpha, int population, float muFraction) {
    Settings {
      require(rank >= 1 && rank <= RANK_MAX, "rank", rank, "from 1 to " + RANK_MAX);
      require(Float.isFinite(alpha) && alpha != 0, "alpha", alpha, "a number other than 0");
      require(
          population >= 1 && population <= POPULATION_MAX,
          "population",
          Integer.toUnsignedLong(population),
          "from 1 to " + POPULATION_MAX);
      require(
          muFraction > 0 && muFraction <= 1, "share of the best", muFraction, "above 0, at most 1");
    }
  }

  /** An adapter with its search. */
  record Found(LoraAdapter mean, Evolution search) {}

  private final ModelConfig model;
  private final Settings settings;
  private final float sigma;
  private final float[] path;

  /** Candidates that somebody still has. */
  private final Map<Long, WeakReference<LoraAdapter>> candidates = new HashMap<>();

  private Evolution(ModelConfig model, Settings settings, float sigma, float[] path) {
    this.model = model;
    this.settings = settings;
    this.sigma = sigma;
    this.path = path;
  }

  /**
   * Begins a search.
   *
   * @param bytesMax that the adapter may have
   * @throws EngineException if a number is out of its range, or the adapter would be too large
   */
  static Found begin(ModelConfig model, Settings settings, float sigma, long bytesMax)
      throws InterruptedException {
    requireSigma("sigma", sigma);
    long elements = 0;
    for (Projection projection : SEARCHED) {
      elements +=
          (long) model.layers()
              * settings.rank
              * (projection.columns(model) + projection.rows(model));
    }
    if (elements * Float.BYTES > Math.min(bytesMax, Integer.MAX_VALUE)) {
      throw new EngineException(
          "an adapter of rank "
              + settings.rank
              + " would have "
              + elements * Float.BYTES
              + " bytes, allowed "
              + Math.min(bytesMax, Integer.MAX_VALUE));
    }
    float[] start = new float[(int) elements];
    NormalStream normal = new NormalStream(0);
    int at = 0;
    for (int layer = 0; layer < model.layers(); layer++) {
      for (Projection projection : SEARCHED) {
        int columns = projection.columns(model);
        double deviation = 1 / Math.sqrt(columns);
        for (int i = 0; i < columns * settings.rank; i++) {
          start[at++] = (float) (normal.next() * deviation);
        }
        at += projection.rows(model) * settings.rank;
      }
      requireNotInterrupted();
    }
    Evolution search = new Evolution(model, settings, sigma, new float[start.length]);
    return new Found(search.adapter(start), search);
  }

  /** Bytes it holds besides the adapter. */
  long bytes() {
    return (long) Float.BYTES * path.length;
  }

  float sigma() {
    return sigma;
  }

  /** The candidate of a seed. */
  LoraAdapter candidate(LoraAdapter mean, long seed) throws InterruptedException {
    synchronized (candidates) {
      WeakReference<LoraAdapter> known = candidates.get(seed);
      LoraAdapter candidate = known == null ? null : known.get();
      if (candidate != null) {
        return candidate;
      }
    }
    float[] elements = elements(mean);
    addNoise(elements, seed, sigma);
    LoraAdapter made = adapter(elements);
    synchronized (candidates) {
      candidates.values().removeIf(reference -> reference.get() == null);
      candidates.put(seed, new WeakReference<>(made));
    }
    return made;
  }

  /**
   * Moves towards the best candidates of a generation.
   *
   * @param scores higher is better
   * @param seeds of the candidates, one for each score
   * @param sigmaMax the largest step size from now on
   * @throws EngineException if there are no scores, too many, or one that is no number
   */
  Found update(LoraAdapter mean, float[] scores, long[] seeds, float sigmaMax)
      throws InterruptedException {
    requireSigma("maximum of sigma", sigmaMax);
    requireScores(scores, seeds);
    int[] best =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted((a, b) -> Float.compare(scores[b], scores[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    int mu = Math.clamp(Math.round(settings.muFraction * scores.length), 1, scores.length);
    double[] weights = weights(mu);
    float[] step = new float[path.length];
    for (int i = 0; i < mu; i++) {
      addNoise(step, seeds[best[i]], (float) weights[i]);
    }
    float[] elements = elements(mean);
    for (int i = 0; i < step.length; i++) {
      elements[i] += sigma * step[i];
    }
    Evolution next = adapted(step, weights, sigmaMax);
    return new Found(adapter(elements), next);
  }

  private Evolution adapted(float[] step, double[] weights, float sigmaMax) {
    double squares = 0;
    for (double weight : weights) {
      squares += weight * weight;
    }
    double effective = 1 / squares;
    double n = path.length;
    double c = (effective + 2) / (n + effective + 5);
    double d = 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + c;
    double expected = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    double gain = Math.sqrt(c * (2 - c) * effective);
    float[] newPath = new float[path.length];
    double length = 0;
    for (int i = 0; i < newPath.length; i++) {
      newPath[i] = (float) ((1 - c) * path[i] + gain * step[i]);
      length += (double) newPath[i] * newPath[i];
    }
    double change = StrictMath.exp(Math.min(1, c / d * (Math.sqrt(length) / expected - 1)));
    float newSigma = (float) Math.min(sigmaMax, Math.max(Float.MIN_NORMAL, sigma * change));
    return new Evolution(model, settings, newSigma, newPath);
  }

  /** Logarithms of ranks, best first, with sum 1. */
  private static double[] weights(int mu) {
    double[] weights = new double[mu];
    double sum = 0;
    for (int i = 0; i < mu; i++) {
      weights[i] = StrictMath.log(mu + 0.5) - StrictMath.log(i + 1);
      sum += weights[i];
    }
    for (int i = 0; i < mu; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  private void requireScores(float[] scores, long[] seeds) {
    if (scores.length != seeds.length) {
      throw new EngineException(scores.length + " scores for " + seeds.length + " seeds");
    }
    if (scores.length < 1 || scores.length > settings.population) {
      throw new EngineException(
          scores.length + " scores, but a generation has 1 to " + settings.population);
    }
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isFinite(scores[i])) {
        throw new EngineException("score " + i + " is " + scores[i] + ", not a finite number");
      }
    }
  }

  private static void addNoise(float[] elements, long seed, float factor)
      throws InterruptedException {
    NormalStream normal = new NormalStream(seed);
    for (int i = 0; i < elements.length; i++) {
      elements[i] += (float) (factor * normal.next());
      if ((i & 0xffff) == 0) {
        requireNotInterrupted();
      }
    }
  }

  private static void requireNotInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while it drew an adapter");
    }
  }

  private float[] elements(LoraAdapter mean) {
    float[] elements = new float[path.length];
    int at = 0;
    for (int layer = 0; layer < model.layers(); layer++) {
      for (LowRank delta : mean.layer(layer).values()) {
        System.arraycopy(delta.a(), 0, elements, at, delta.a().length);
        at += delta.a().length;
        System.arraycopy(delta.b(), 0, elements, at, delta.b().length);
        at += delta.b().length;
      }
    }
    return elements;
  }

  private LoraAdapter adapter(float[] elements) {
    List<Map<Projection, LowRank>> layers = new ArrayList<>();
    int at = 0;
    for (int layer = 0; layer < model.layers(); layer++) {
      Map<Projection, LowRank> deltas = new EnumMap<>(Projection.class);
      for (Projection projection : SEARCHED) {
        float[] a = new float[projection.columns(model) * settings.rank];
        float[] b = new float[projection.rows(model) * settings.rank];
        System.arraycopy(elements, at, a, 0, a.length);
        System.arraycopy(elements, at + a.length, b, 0, b.length);
        at += a.length + b.length;
        deltas.put(projection, new LowRank(settings.rank, settings.alpha / settings.rank, a, b));
      }
      layers.add(deltas);
    }
    return LoraAdapter.of(model, layers);
  }

  private static void requireSigma(String what, float sigma) {
    require(Float.isFinite(sigma) && sigma > 0, what, sigma, "a finite number above 0");
  }

  private static void require(boolean fits, String what, Number value, String allowed) {
    if (!fits) {
      throw new EngineException("the " + what + " is " + value + ", but must be " + allowed);
    }
  }

  /** Normal numbers by the method of Box and Muller, in strict arithmetic: the same everywhere. */
  private static final class NormalStream {
    private final long seed;
    private long index;
    private double spare;
    private boolean hasSpare;

    NormalStream(long seed) {
      this.seed = seed;
    }

    double next() {
      if (hasSpare) {
        hasSpare = false;
        return spare;
      }
      double radius = Math.sqrt(-2 * StrictMath.log(1 - SplitMix.uniform(seed, index++)));
      double angle = 2 * Math.PI * SplitMix.uniform(seed, index++);
      spare = radius * StrictMath.sin(angle);
      hasSpare = true;
      return radius * StrictMath.cos(angle);
    }
  }
}
