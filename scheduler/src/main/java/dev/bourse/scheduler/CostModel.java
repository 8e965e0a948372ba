package dev.bourse.scheduler;

/**
 * How long a step takes, learned from the steps there were: {@code base + token · tokens + kv · KV
 * tokens read}.
 *
 * <p>Idea: a step reads all weights once whatever it computes (base), multiplies them with each
 * token (token), and each context of the batch reads the keys and values it attends to (kv). The
 * three coefficients are fitted by recursive least squares with forgetting (Haykin, Adaptive Filter
 * Theory, ch. 10), so the model follows a machine that others use too, from the first steps on.
 *
 * <p>Cost: some 30 multiplications for each observation, no allocation. Guarantees: a time that is
 * predicted is never negative, and grows with tokens and KV tokens; what was never observed apart
 * (only decodes, say) keeps the coefficients it was created with; a single step that took very long
 * (a page fault, a pause of the JVM) counts as one that took {@link #OUTLIER} times as long as
 * predicted.
 */
public final class CostModel {
  /** Its square is the weight of a step relative to the next: half is forgotten in 350 steps. */
  private static final double FORGETTING = 0.998;

  /**
   * Beyond this uncertainty nothing is forgotten: who sees only decodes must not forget prompts.
   */
  private static final double UNCERTAINTY_MAX = 1e4;

  private static final double OUTLIER = 4;

  /** Observations before outliers are known as such. */
  private static final int SETTLED = 32;

  /** Tokens and KV tokens in units in which a full step is about 1, so that no term drowns. */
  private static final double TOKEN_UNIT = 256;

  private static final double KV_UNIT = 65_536;
  private static final int TERMS = 3;

  private final double[] coefficients = new double[TERMS];
  private final double[] covariance = new double[TERMS * TERMS];
  private final double[] input = new double[TERMS];
  private final double[] gain = new double[TERMS];
  private int observations;

  /**
   * A model to begin with.
   *
   * @param baseMicros of a step, whatever it computes, microseconds
   * @param tokenMicros for each token computed
   * @param kvMicros for each token whose keys and values are read by a context of the batch
   */
  public CostModel(double baseMicros, double tokenMicros, double kvMicros) {
    if (!(baseMicros >= 0 && tokenMicros >= 0 && kvMicros >= 0)) {
      throw new IllegalArgumentException(
          "a step of %s + %s a token + %s a KV token microseconds cannot be"
              .formatted(baseMicros, tokenMicros, kvMicros));
    }
    coefficients[0] = baseMicros;
    coefficients[1] = tokenMicros * TOKEN_UNIT;
    coefficients[2] = kvMicros * KV_UNIT;
    for (int term = 0; term < TERMS; term++) {
      covariance[term * TERMS + term] = UNCERTAINTY_MAX;
    }
  }

  /** Microseconds of a step, whatever it computes. */
  public double baseMicros() {
    return Math.max(0, coefficients[0]);
  }

  /** Microseconds for each token computed. */
  public double tokenMicros() {
    return Math.max(0, coefficients[1] / TOKEN_UNIT);
  }

  /** Microseconds for each token whose keys and values are read by a context of the batch. */
  public double kvMicros() {
    return Math.max(0, coefficients[2] / KV_UNIT);
  }

  /** Microseconds a step takes that computes so many tokens and reads so many KV tokens. */
  public double micros(int tokens, long kvTokens) {
    return baseMicros() + tokenMicros() * tokens + kvMicros() * kvTokens;
  }

  /**
   * Token slots of a step that is to meet a latency target. If the target is missed whatever the
   * step computes, or nearly, the slots take as long as the base: a step that computes one token
   * and takes almost as long helps nobody.
   *
   * @param targetMicros how long a step may take
   * @param kvTokens KV tokens that would be read if everything wanted was computed
   * @param wanted tokens that are wanted, among which these are spread evenly
   * @param max slots a step holds in any case
   * @return between 1 and {@code max}
   */
  public int slotsFor(double targetMicros, long kvTokens, long wanted, int max) {
    double left = Math.max(targetMicros - baseMicros(), baseMicros());
    double slot = tokenMicros() + kvMicros() * kvTokens / Math.max(wanted, 1);
    if (left >= slot * max) {
      return max;
    }
    return Math.max(1, (int) (left / slot));
  }

  /** Learns from a step. */
  public void observe(int tokens, long kvTokens, double micros) {
    input[0] = 1;
    input[1] = tokens / TOKEN_UNIT;
    input[2] = kvTokens / KV_UNIT;
    double counted = micros;
    if (observations >= SETTLED) {
      counted = Math.min(micros, OUTLIER * Math.max(1, micros(tokens, kvTokens)));
    } else {
      observations++;
    }
    double scale = 1;
    double error = counted;
    for (int row = 0; row < TERMS; row++) {
      gain[row] = 0;
      for (int column = 0; column < TERMS; column++) {
        gain[row] += covariance[row * TERMS + column] * input[column];
      }
      scale += gain[row] * input[row];
      error -= coefficients[row] * input[row];
    }
    for (int row = 0; row < TERMS; row++) {
      coefficients[row] += gain[row] / scale * error;
    }
    shrink(scale);
  }

  /** What was observed is certain now; what was observed long ago becomes less so. */
  private void shrink(double scale) {
    for (int row = 0; row < TERMS; row++) {
      for (int column = 0; column < TERMS; column++) {
        covariance[row * TERMS + column] -= gain[row] * gain[column] / scale;
      }
    }
    for (int term = 0; term < TERMS; term++) {
      if (covariance[term * TERMS + term] < UNCERTAINTY_MAX) {
        for (int other = 0; other < TERMS; other++) {
          covariance[term * TERMS + other] /= FORGETTING;
          covariance[other * TERMS + term] /= FORGETTING;
        }
      }
    }
  }
}
