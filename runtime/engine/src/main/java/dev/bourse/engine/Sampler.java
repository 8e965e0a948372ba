package dev.bourse.engine;

/**
 * What to read from the logits of a row: a token, or a probe.
 *
 * <p>Samplers that draw a token are reproducible. The number they draw depends on the position of
 * the row and on a seed: the sampler's own where it has one, else one that belongs to the context
 * and differs between forks. Temperature 0 is argmax; equal logits go to the lowest token id.
 */
public sealed interface Sampler {
  /** Draws from the whole distribution at {@code temperature}. */
  record Multinomial(float temperature, int seed) implements Sampler {
    public Multinomial {
      requireTemperature(temperature);
    }
  }

  /** Draws among the {@code k} most likely tokens; 0 is all of them. */
  record TopK(float temperature, int k) implements Sampler {
    public TopK {
      requireTemperature(temperature);
      requireCount(k);
    }
  }

  /** Draws among the fewest most likely tokens whose probabilities reach {@code p} together. */
  record TopP(float temperature, float p) implements Sampler {
    public TopP {
      requireTemperature(temperature);
      requireProbability(p);
    }
  }

  /** Draws among the tokens at least {@code p} times as likely as the most likely one. */
  record MinP(float temperature, float p) implements Sampler {
    public MinP {
      requireTemperature(temperature);
      requireProbability(p);
    }
  }

  /** {@link TopK}, then {@link TopP} among those. */
  record TopKTopP(float temperature, int k, float p) implements Sampler {
    public TopKTopP {
      requireTemperature(temperature);
      requireCount(k);
      requireProbability(p);
    }
  }

  /** The {@code k} most likely tokens with their probabilities, most likely first; 0 is all. */
  record Distribution(float temperature, int k) implements Sampler {
    public Distribution {
      requireTemperature(temperature);
      requireCount(k);
    }
  }

  /** The logits of the row, one a token of the vocabulary. */
  record RawLogits() implements Sampler {}

  /** The natural logarithm of the probability of {@code token}. */
  record Logprob(int token) implements Sampler {}

  /** The natural logarithms of the probabilities of {@code tokens}. */
  @SuppressWarnings("ArrayRecordComponent") // Built once by the host and never compared.
  record Logprobs(int[] tokens) implements Sampler {}

  /** The entropy of the row's distribution, in nats. */
  record Entropy() implements Sampler {}

  /** The final hidden state of the row, after the last norm. */
  record Embedding() implements Sampler {}

  /** Whether it draws a token, instead of probing the row. */
  default boolean draws() {
    return switch (this) {
      case Multinomial _, TopK _, TopP _, MinP _, TopKTopP _ -> true;
      case Distribution _, RawLogits _, Logprob _, Logprobs _, Entropy _, Embedding _ -> false;
    };
  }

  private static void requireTemperature(float temperature) {
    if (!(temperature >= 0) || Float.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature " + temperature + " is not a finite number of at least 0");
    }
  }

  private static void requireProbability(float p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("p = " + p + " is not between 0 and 1");
    }
  }

  private static void requireCount(int k) {
    if (k < 0) {
      throw new IllegalArgumentException("k = " + k + " is negative: use 0 for all tokens");
    }
  }
}
