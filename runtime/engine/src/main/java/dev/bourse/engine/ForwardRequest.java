package dev.bourse.engine;

import dev.bourse.model.LoraAdapter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass of one context: tokens to append, and what to read at which of them.
 *
 * <p>Built once by {@link Builder}, then immutable.
 */
public final class ForwardRequest {
  /**
   * A sampler with the rows it reads.
   *
   * @param rows indices into the tokens of this pass
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Readout(Sampler sampler, int[] rows) {}

  private final int[] tokens;
  private final int[] positions;
  private final int @Nullable [][] attentionMasks;
  private final int inputs;
  private final int @Nullable [] logitMask;
  private final int @Nullable [][] draftLogitMasks;
  private final List<Readout> readouts;
  private final OptionalInt seed;
  private final boolean proposesDrafts;
  private final @Nullable TokenBias bias;
  private final OptionalInt observedTokens;
  private final @Nullable LoraAdapter adapter;

  private ForwardRequest(Builder builder) {
    this.inputs = builder.inputs.count;
    this.tokens = builder.inputs.tokensAnd(builder.drafts);
    this.positions = builder.inputs.positionsAnd(builder.drafts);
    this.attentionMasks = builder.attentionMasks;
    this.logitMask = builder.logitMask;
    this.draftLogitMasks = builder.draftLogitMasks;
    this.readouts = List.copyOf(builder.readouts);
    this.seed = builder.seed;
    this.proposesDrafts = builder.proposesDrafts;
    this.bias = builder.bias;
    this.observedTokens = builder.observedTokens;
    this.adapter = builder.adapter;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Tokens to compute: the input, and the drafts after it. */
  public int size() {
    return tokens.length;
  }

  /** Tokens of the input. */
  int inputs() {
    return inputs;
  }

  /** Tokens that somebody thinks will be drawn after the input. */
  public int drafts() {
    return tokens.length - inputs;
  }

  int token(int row) {
    return tokens[row];
  }

  int position(int row) {
    return positions[row];
  }

  /** Run lengths over the context's slots for each token, or null for causal attention. */
  int @Nullable [][] attentionMasks() {
    return attentionMasks;
  }

  int @Nullable [] logitMask() {
    return logitMask;
  }

  /** For each draft, what may be drawn behind it; null where {@link #logitMask} is all there is. */
  int @Nullable [][] draftLogitMasks() {
    return draftLogitMasks;
  }

  /** Whether drafts for the next pass are wanted. */
  boolean proposesDrafts() {
    return proposesDrafts;
  }

  /** What is added to the logits before each draw. */
  @Nullable TokenBias bias() {
    return bias;
  }

  /** How many of the most probable tokens to tell of each draw; empty for telling nothing. */
  OptionalInt observedTokens() {
    return observedTokens;
  }

  /** What it is computed with besides the model. */
  @Nullable LoraAdapter adapter() {
    return adapter;
  }

  List<Readout> readouts() {
    return readouts;
  }

  /** What samplers without a seed of their own draw from, instead of the context's seed. */
  OptionalInt seed() {
    return seed;
  }

  /** Collects the parts of a request. */
  public static final class Builder {
    private final TokenList inputs = new TokenList();
    private final TokenList drafts = new TokenList();
    private int @Nullable [][] attentionMasks;
    private int @Nullable [] logitMask;
    private int @Nullable [][] draftLogitMasks;
    private final List<Readout> readouts = new ArrayList<>();
    private OptionalInt seed = OptionalInt.empty();
    private boolean proposesDrafts;
    private @Nullable TokenBias bias;
    private OptionalInt observedTokens = OptionalInt.empty();
    private @Nullable LoraAdapter adapter;

    private Builder() {}

    /**
     * Appends tokens.
     *
     * @param positions one for each token
     */
    public Builder input(int[] tokens, int[] positions) {
      inputs.add(tokens, positions);
      return this;
    }

    /**
     * Appends tokens behind the input that somebody thinks will be drawn there. The pass computes
     * all of them, and draws at the last input row, at the first draft if that was drawn, and so
     * on. Those that were drawn come back as token slots before all others; the token behind them
     * is what the sampler's own slot holds. So the tokens are those of decoding one by one. The
     * caller removes the drafts that were not drawn ({@link Context#truncateWorkingTokens}).
     *
     * <p>Such a pass has at most one sampler that draws, at the last input row; without one it
     * takes no draft. Other samplers may read drafts too: their rows follow those of the input.
     *
     * @param positions one for each token
     */
    public Builder drafts(int[] tokens, int[] positions) {
      drafts.add(tokens, positions);
      return this;
    }

    /**
     * Which tokens may be drawn behind each draft ({@link Brle}), as {@link #logitMask} says it for
     * the last input row. With that one alone, no draft is taken; and neither is one behind which
     * nothing may be drawn.
     *
     * @param masks one for each draft
     */
    public Builder draftLogitMasks(int[][] masks) {
      this.draftLogitMasks = masks.clone();
      return this;
    }

    /** Whether to propose drafts for the next pass; see {@link ForwardResult#proposed}. */
    public Builder proposeDrafts(boolean wanted) {
      this.proposesDrafts = wanted;
      return this;
    }

    /**
     * Which slots each token attends to, instead of all up to its own. A token never attends to
     * slots after its own, whatever the mask says.
     *
     * @param masks one run-length encoding ({@link Brle}) over the context's slots for each token
     */
    public Builder attentionMasks(int[][] masks) {
      this.attentionMasks = masks.clone();
      return this;
    }

    /**
     * Which tokens of the vocabulary may be sampled ({@link Brle}), at every row but those of
     * drafts that have {@linkplain #draftLogitMasks masks of their own}.
     */
    public Builder logitMask(int[] mask) {
      this.logitMask = mask.clone();
      return this;
    }

    /**
     * Reads rows with a sampler; the outputs come in the order of these calls.
     *
     * @param rows indices into the tokens of this pass, the drafts' after those of the input
     */
    public Builder read(Sampler sampler, int... rows) {
      readouts.add(new Readout(sampler, rows.clone()));
      return this;
    }

    /**
     * Adds something to the logits of some tokens, before each draw of this pass and beside what
     * was added before. Probes read the logits as the model computed them. Not with drafts: what is
     * added behind one usually depends on it.
     *
     * @param amounts finite, one for each token
     * @throws IllegalArgumentException if an amount is not finite, or there are not as many
     */
    public Builder bias(int[] tokens, float[] amounts) {
      this.bias = TokenBias.sum(bias, new TokenBias(tokens.clone(), amounts.clone()));
      return this;
    }

    /**
     * Tells of each token that is drawn how probable the model found it, and the {@code top} most
     * probable ones ({@link ForwardResult#observations}). Not with drafts.
     *
     * @throws IllegalArgumentException if {@code top} is negative
     */
    public Builder observe(int top) {
      if (top < 0) {
        throw new IllegalArgumentException("cannot observe " + top + " tokens");
      }
      this.observedTokens = OptionalInt.of(top);
      return this;
    }

    /** What samplers without a seed of their own draw from, instead of the context's seed. */
    public Builder seed(int seed) {
      this.seed = OptionalInt.of(seed);
      return this;
    }

    /**
     * Computes the tokens of this pass with an adapter; those that the context has stay what they
     * are. One that changes nothing is the model alone.
     */
    public Builder adapter(LoraAdapter wanted) {
      this.adapter = wanted.isEmpty() ? null : wanted;
      return this;
    }

    public ForwardRequest build() {
      return new ForwardRequest(this);
    }
  }

  /** Tokens and their positions, as they come. */
  private static final class TokenList {
    private int[] tokens = new int[8];
    private int[] positions = new int[8];
    private int count;

    void add(int[] more, int[] at) {
      if (more.length != at.length) {
        throw new IllegalArgumentException(
            more.length + " tokens with " + at.length + " positions");
      }
      int needed = count + more.length;
      if (needed > tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.max(needed, count * 2));
        positions = Arrays.copyOf(positions, tokens.length);
      }
      System.arraycopy(more, 0, tokens, count, more.length);
      System.arraycopy(at, 0, positions, count, more.length);
      count = needed;
    }

    int[] tokensAnd(TokenList after) {
      return concatenated(tokens, count, after.tokens, after.count);
    }

    int[] positionsAnd(TokenList after) {
      return concatenated(positions, count, after.positions, after.count);
    }

    private static int[] concatenated(int[] a, int aCount, int[] b, int bCount) {
      int[] all = Arrays.copyOf(a, aCount + bCount);
      System.arraycopy(b, 0, all, aCount, bCount);
      return all;
    }
  }
}
