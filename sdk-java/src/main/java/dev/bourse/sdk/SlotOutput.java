package dev.bourse.sdk;

/**
 * What one slot of a forward pass returned: one case per kind of {@link Readout}.
 *
 * <p>The arrays belong to the caller. They are arrays and not lists because they can be as long as
 * the vocabulary.
 */
@SuppressWarnings(
    "ArrayRecordComponent") // equality is not wanted, and a list would box every logit
public sealed interface SlotOutput {
  /** A drawn token: the answer to a {@link Sampler}. */
  record Token(int id) implements SlotOutput {}

  /**
   * The answer to {@link Probe.Distribution}.
   *
   * @param tokens token ids, the most probable first
   * @param probabilities their probabilities, parallel to {@code tokens}
   */
  record Distribution(int[] tokens, float[] probabilities) implements SlotOutput {}

  /** The answer to {@link Probe.RawLogits}: one logit per token id. */
  record Logits(float[] values) implements SlotOutput {}

  /** The answer to {@link Probe.Logprobs}, in the order the tokens were asked for, in nats. */
  record Logprobs(float[] values) implements SlotOutput {}

  /** The answer to {@link Probe.Entropy}, in nats. */
  record Entropy(float nats) implements SlotOutput {}

  /** The answer to {@link Probe.Embedding}: one number per hidden dimension. */
  record Embedding(float[] values) implements SlotOutput {}
}
