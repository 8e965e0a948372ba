package dev.bourse.model;

import dev.bourse.tensor.WeightMatrix;
import java.util.Optional;

/**
 * The weights of one transformer layer. Vectors are arrays; nobody changes them.
 *
 * @param attentionNorms around the attention block
 * @param attention the attention block
 * @param feedForwardNorms around the feed-forward block
 * @param feedForward the feed-forward block
 */
@SuppressWarnings("ArrayRecordComponent") // weights are not compared
record Layer(
    BlockNorms attentionNorms,
    Attention attention,
    BlockNorms feedForwardNorms,
    FeedForward feedForward) {

  /** Weights {@code [hidden]} that normalize what goes into a block, and what comes out of it. */
  record BlockNorms(Optional<float[]> before, Optional<float[]> after) {}

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

  /**
   * Weights that normalize queries and keys: {@code [headDim]} for every head, or as many as there
   * are for all heads together.
   */
  record HeadNorm(float[] query, float[] key) {}

  /**
   * The weights of a feed-forward block.
   *
   * @param gateUp {@code Wgate} and {@code Wup}, as two, because one product computes them
   * @param down {@code Wdown}
   */
  record FeedForward(WeightMatrix[] gateUp, WeightMatrix down) {}
}
