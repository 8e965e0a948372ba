package dev.bourse.engine;

/** One output of a forward pass: what one {@link Sampler} read at one row. */
@SuppressWarnings("ArrayRecordComponent") // Results are read once, never compared.
public sealed interface Slot {
  /** A sampled token. */
  record Token(int id) implements Slot {}

  /** Token ids with their probabilities, most likely first. */
  record Distribution(int[] ids, float[] probabilities) implements Slot {}

  /** One logit a token of the vocabulary; masked ones are negative infinity. */
  record Logits(float[] logits) implements Slot {}

  /** Natural logarithms of probabilities, in the order asked. */
  record Logprobs(float[] values) implements Slot {}

  /** Entropy in nats. */
  record Entropy(float nats) implements Slot {}

  /** A hidden state. */
  record Embedding(float[] values) implements Slot {}
}
