package dev.bourse.model;

import dev.bourse.tensor.WeightMatrix;
import java.util.Optional;

/**
 * The weights of one transformer layer. Vectors are arrays; nobody changes them.
 *
 * @param attentionNorm {@code [hidden]}
 * @param attention the attention block
 * @param feedForwardNorm {@code [hidden]}
 * @param feedForward the feed-forward block
 */
@SuppressWarnings("ArrayRecordComponent") // weights are not compared
record Layer(
    float[] attentionNorm, Attention attention, float[] feedForwardNorm, FeedForward feedForward) {

  /**
   * The weights of an attention block.
   *
   * @param qkv {@code Wq}, {@code Wk} and {@code Wv}, as three, because one product computes them
   * @param bias what the family adds to queries, keys and values
   * @param headNorm what the family normalizes each head with
   * @param output {@code Wo}
   */
  record Attention(
      WeightMatrix[] qkv,
      Optional<QkvBias> bias,
      Optional<HeadNorm> headNorm,
      WeightMatrix output) {}

  /**
   * Biases, {@code [heads × headDim]} for queries and {@code [kvHeads × headDim]} for the others.
   */
  record QkvBias(float[] query, float[] key, float[] value) {}

  /** Weights {@code [headDim]} that normalize every head of queries and of keys. */
  record HeadNorm(float[] query, float[] key) {}

  /**
   * The weights of a feed-forward block.
   *
   * @param gateUp {@code Wgate} and {@code Wup}, as two, because one product computes them
   * @param down {@code Wdown}
   */
  record FeedForward(WeightMatrix[] gateUp, WeightMatrix down) {}
}
