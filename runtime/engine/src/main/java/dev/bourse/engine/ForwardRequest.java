package dev.bourse.engine;

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
  private final int @Nullable [] logitMask;
  private final List<Readout> readouts;
  private final OptionalInt seed;

  private ForwardRequest(Builder builder) {
    this.tokens = Arrays.copyOf(builder.tokens, builder.count);
    this.positions = Arrays.copyOf(builder.positions, builder.count);
    this.attentionMasks = builder.attentionMasks;
    this.logitMask = builder.logitMask;
    this.readouts = List.copyOf(builder.readouts);
    this.seed = builder.seed;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Tokens to compute. */
  public int size() {
    return tokens.length;
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

  List<Readout> readouts() {
    return readouts;
  }

  /** What samplers without a seed of their own draw from, instead of the context's seed. */
  OptionalInt seed() {
    return seed;
  }

  /** Collects the parts of a request. */
  public static final class Builder {
    private int[] tokens = new int[8];
    private int[] positions = new int[8];
    private int count;
    private int @Nullable [][] attentionMasks;
    private int @Nullable [] logitMask;
    private final List<Readout> readouts = new ArrayList<>();
    private OptionalInt seed = OptionalInt.empty();

    private Builder() {}

    /**
     * Appends tokens.
     *
     * @param positions one for each token
     */
    public Builder input(int[] tokens, int[] positions) {
      if (tokens.length != positions.length) {
        throw new IllegalArgumentException(
            tokens.length + " tokens with " + positions.length + " positions");
      }
      int needed = count + tokens.length;
      if (needed > this.tokens.length) {
        this.tokens = Arrays.copyOf(this.tokens, Math.max(needed, count * 2));
        this.positions = Arrays.copyOf(this.positions, this.tokens.length);
      }
      System.arraycopy(tokens, 0, this.tokens, count, tokens.length);
      System.arraycopy(positions, 0, this.positions, count, tokens.length);
      count = needed;
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

    /** Which tokens of the vocabulary may be sampled ({@link Brle}), at every row. */
    public Builder logitMask(int[] mask) {
      this.logitMask = mask.clone();
      return this;
    }

    /**
     * Reads rows with a sampler; the outputs come in the order of these calls.
     *
     * @param rows indices into the tokens of this pass
     */
    public Builder read(Sampler sampler, int... rows) {
      readouts.add(new Readout(sampler, rows.clone()));
      return this;
    }

    /** What samplers without a seed of their own draw from, instead of the context's seed. */
    public Builder seed(int seed) {
      this.seed = OptionalInt.of(seed);
      return this;
    }

    public ForwardRequest build() {
      return new ForwardRequest(this);
    }
  }
}
