package dev.bourse.sdk;

import java.util.List;

/** What can be read at a token without drawing one. */
public sealed interface Probe extends Readout {
  /**
   * The {@code k} most probable tokens and their probabilities at {@code temperature}; {@code k} 0
   * is all tokens.
   */
  record Distribution(float temperature, int k) implements Probe {
    /** Checks the ranges. */
    public Distribution {
      Checks.temperature(temperature);
      Checks.atLeast("k", k, 0);
    }
  }

  /** The raw logits of the whole vocabulary. */
  record RawLogits() implements Probe {}

  /** Natural-log probabilities of the given tokens, without temperature. */
  record Logprobs(List<Integer> tokens) implements Probe {
    /** Copies the list and checks that it has a token. */
    public Logprobs {
      tokens = List.copyOf(tokens);
      Checks.atLeast("number of tokens", tokens.size(), 1);
    }
  }

  /** The Shannon entropy of the next-token distribution in nats, without temperature. */
  record Entropy() implements Probe {}

  /** The hidden state that the logits are computed from. */
  record Embedding() implements Probe {}

  /** The {@code k} most probable tokens with their probabilities; 0 for all of them. */
  static Probe distribution(float temperature, int k) {
    return new Distribution(temperature, k);
  }

  /** The logits as the model computed them. */
  static Probe rawLogits() {
    return new RawLogits();
  }

  /** How probable these tokens are as the next one, in nats. */
  static Probe logprobs(Integer... tokens) {
    return new Logprobs(List.of(tokens));
  }

  /** How undecided the model is, in nats. */
  static Probe entropy() {
    return new Entropy();
  }

  /** The last hidden state. */
  static Probe embedding() {
    return new Embedding();
  }
}
