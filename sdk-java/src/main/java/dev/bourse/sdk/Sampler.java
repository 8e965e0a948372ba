package dev.bourse.sdk;

/**
 * How the next token is drawn from the logits. Temperature 0 is greedy everywhere: the most
 * probable token, ties to the lower id.
 *
 * {@snippet :
 * context.generate(Sampler.greedy());
 * context.generate(Sampler.topP(0.8f, 0.95f)).seed(7);
 * }
 */
public sealed interface Sampler extends Readout {
  /** The most probable token. */
  record Greedy() implements Sampler {}

  /** A draw from the whole softmax at {@code temperature}. */
  record Multinomial(float temperature) implements Sampler {
    /** Checks the temperature. */
    public Multinomial {
      Checks.temperature(temperature);
    }
  }

  /** A draw from the {@code k} most probable tokens. */
  record TopK(float temperature, int k) implements Sampler {
    /** Checks the ranges. */
    public TopK {
      Checks.temperature(temperature);
      Checks.atLeast("k", k, 1);
    }
  }

  /**
   * A draw from the smallest set of most probable tokens whose probabilities reach {@code p}
   * (nucleus sampling).
   */
  record TopP(float temperature, float p) implements Sampler {
    /** Checks the ranges. */
    public TopP {
      Checks.temperature(temperature);
      Checks.probability("p", p);
    }
  }

  /** A draw from the tokens at least {@code p} times as probable as the most probable one. */
  record MinP(float temperature, float p) implements Sampler {
    /** Checks the ranges. */
    public MinP {
      Checks.temperature(temperature);
      Checks.probability("p", p);
    }
  }

  /** Top-k, then top-p within it. */
  record TopKTopP(float temperature, int k, float p) implements Sampler {
    /** Checks the ranges. */
    public TopKTopP {
      Checks.temperature(temperature);
      Checks.atLeast("k", k, 1);
      Checks.probability("p", p);
    }
  }

  /** Always the most probable token. */
  static Sampler greedy() {
    return new Greedy();
  }

  /** Draws from all tokens; the higher the temperature, the more evenly. */
  static Sampler multinomial(float temperature) {
    return new Multinomial(temperature);
  }

  /** Draws from the {@code k} most probable tokens. */
  static Sampler topK(float temperature, int k) {
    return new TopK(temperature, k);
  }

  /** Draws from the nucleus: the most probable tokens that together reach probability {@code p}. */
  static Sampler topP(float temperature, float p) {
    return new TopP(temperature, p);
  }

  /** Draws from the tokens at least {@code p} times as probable as the most probable one. */
  static Sampler minP(float temperature, float p) {
    return new MinP(temperature, p);
  }

  /** Draws from the nucleus of the {@code k} most probable tokens. */
  static Sampler topKTopP(float temperature, int k, float p) {
    return new TopKTopP(temperature, k, p);
  }
}
