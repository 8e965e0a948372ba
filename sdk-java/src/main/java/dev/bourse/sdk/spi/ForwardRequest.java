package dev.bourse.sdk.spi;

import dev.bourse.sdk.Mask;
import dev.bourse.sdk.TokenBias;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One forward pass over one context. Built by {@link dev.bourse.sdk.Forward}, which has checked it.
 */
public final class ForwardRequest {
  private final int[] tokens;
  private final int[] positions;
  private final List<Slot> slots;
  private final List<Mask> attentionMask;
  private final Optional<Mask> logitMask;
  private final Optional<GuestMatcher> constraint;
  private final int[] drafts;
  private final Optional<GuestAdapter> adapter;
  private final Optional<TokenBias> bias;
  private final OptionalInt observedTokens;
  private final int seed;

  /**
   * @param tokens token ids to evaluate, at least one
   * @param positions their positions, as many as tokens
   * @param slots what to read where
   * @param attentionMask one mask per token, drafts too, over all earlier tokens and itself, or
   *     empty for the causal mask
   * @param logitMask tokens that may be sampled, or empty for all
   * @param constraint allows only what may follow its text, of those
   * @param drafts tokens that may be drawn after the last one, at the positions after its own
   * @param adapter what it is computed with besides the model
   * @param bias what is added to the logits before each draw
   * @param observedTokens how many of the most probable tokens to tell of each draw; empty for
   *     telling nothing
   * @param seed the seed of every draw in this pass
   */
  public ForwardRequest(
      int[] tokens,
      int[] positions,
      List<Slot> slots,
      List<Mask> attentionMask,
      Optional<Mask> logitMask,
      Optional<GuestMatcher> constraint,
      int[] drafts,
      Optional<GuestAdapter> adapter,
      Optional<TokenBias> bias,
      OptionalInt observedTokens,
      int seed) {
    this.tokens = tokens;
    this.positions = positions;
    this.slots = List.copyOf(slots);
    this.attentionMask = List.copyOf(attentionMask);
    this.logitMask = logitMask;
    this.constraint = constraint;
    this.drafts = drafts;
    this.adapter = adapter;
    this.bias = bias;
    this.observedTokens = observedTokens;
    this.seed = seed;
  }

  /** The token ids. Not a copy: do not change it. */
  public int[] tokens() {
    return tokens;
  }

  /** The positions, parallel to {@link #tokens()}. Not a copy: do not change it. */
  public int[] positions() {
    return positions;
  }

  /** What to read where, in the order the outputs are wanted. */
  public List<Slot> slots() {
    return slots;
  }

  /** One mask per token, or empty for the causal mask. */
  public List<Mask> attentionMask() {
    return attentionMask;
  }

  /** The tokens that may be sampled, or empty for all of them. */
  public Optional<Mask> logitMask() {
    return logitMask;
  }

  /** What allows only tokens that may follow its text, or empty. */
  public Optional<GuestMatcher> constraint() {
    return constraint;
  }

  /** Tokens that may be drawn after the last one. Not a copy: do not change it. */
  public int[] drafts() {
    return drafts;
  }

  /** The positions of the drafts, after that of the last token. */
  public int[] draftPositions() {
    int[] after = new int[drafts.length];
    for (int i = 0; i < after.length; i++) {
      after[i] = positions[positions.length - 1] + 1 + i;
    }
    return after;
  }

  /**
   * What may be drawn behind each draft where only a logit mask says it, which holds for all; empty
   * where a constraint says it, or all may.
   */
  public List<Mask> draftMasks() {
    return constraint.isPresent() || logitMask.isEmpty()
        ? List.of()
        : Collections.nCopies(drafts.length, logitMask.get());
  }

  /** What it is computed with besides the model, or empty. */
  public Optional<GuestAdapter> adapter() {
    return adapter;
  }

  /** What is added to the logits before each draw. */
  public Optional<TokenBias> bias() {
    return bias;
  }

  /** How many of the most probable tokens to tell of each draw; empty for telling nothing. */
  public OptionalInt observedTokens() {
    return observedTokens;
  }

  /**
   * The seed of every draw in this pass, an unsigned 32-bit number: the ABI's {@code multinomial}
   * carries it itself, the other samplers get it through {@code bourse:inference} {@code
   * forward-pass.seed}.
   */
  public int seed() {
    return seed;
  }
}
