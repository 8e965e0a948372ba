package dev.bourse.model;

import static dev.bourse.model.Family.Trait.FUSED_TENSORS;
import static dev.bourse.model.Family.Trait.GELU;
import static dev.bourse.model.Family.Trait.HEAD_NORM;
import static dev.bourse.model.Family.Trait.NORMS_AFTER;
import static dev.bourse.model.Family.Trait.NORMS_AROUND;
import static dev.bourse.model.Family.Trait.QKV_BIAS;
import static dev.bourse.model.Family.Trait.ROPE_HALVES;
import static dev.bourse.model.Family.Trait.SCALED_EMBEDDING;
import static dev.bourse.model.Family.Trait.TOKEN_NORM;

import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.RopeTable.Pairing;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The model families that can be computed, each described by where it departs from the common
 * decoder-only transformer.
 *
 * <p>What they share, for the hidden state {@code x} of a token:
 *
 * <pre>
 *   x = embedding[token]
 *   for each layer:
 *     h = rmsNorm(x, attn_norm);  q, k, v = Wq h, Wk h, Wv h
 *     q, k = rope(q), rope(k);    k, v go to the token's slot
 *     x = x + Wo attention(q, slots)
 *     h = rmsNorm(x, ffn_norm)
 *     x = x + Wdown (silu(Wgate h) * Wup h)
 *   logits = Wout rmsNorm(x, output_norm)          Wout is the embedding if the file has none
 * </pre>
 *
 * <p>Numbers, such as factors, caps and window sizes, are the file's: {@link ModelConfig}.
 */
public enum Family {
  /** Llama 1 to 3, Mistral, SmolLM 1 and 2, and whatever else is published as one. */
  LLAMA("llama"),

  /** Qwen 2 and 2.5. */
  QWEN2("qwen2", ROPE_HALVES, QKV_BIAS),

  /** Qwen 3. */
  QWEN3("qwen3", ROPE_HALVES, HEAD_NORM),

  /** Gemma 2: every other layer sees a window; scores and logits are capped. */
  GEMMA2("gemma2", Windows.EVERY_OTHER, ROPE_HALVES, NORMS_AROUND, GELU, SCALED_EMBEDDING),

  /** Gemma 3: five of six layers see a window, and rotate by a base of their own. */
  GEMMA3(
      "gemma3", Windows.FIVE_OF_SIX, ROPE_HALVES, NORMS_AROUND, GELU, SCALED_EMBEDDING, HEAD_NORM),

  /** Phi 3 and 4. */
  PHI3("phi3", ROPE_HALVES, FUSED_TENSORS),

  /** OLMo 2. */
  OLMO2("olmo2", ROPE_HALVES, NORMS_AFTER, TOKEN_NORM),

  /** Granite 3: factors for embedding, attention, residuals and logits. */
  GRANITE("granite");

  /** Where a family departs from what they share. */
  enum Trait {
    /** Element i of a head is rotated with element i + half, and not with its neighbour. */
    ROPE_HALVES,
    /** {@code q}, {@code k} and {@code v} have biases. */
    QKV_BIAS,
    /** Each head of {@code q} and {@code k} is normalized before it is rotated. */
    HEAD_NORM,
    /** All heads of a token's {@code q} are normalized together, and all of its {@code k}. */
    TOKEN_NORM,
    /** What comes out of a block is normalized, too. */
    NORMS_AROUND,
    /** What comes out of a block is normalized, and what goes in is not. */
    NORMS_AFTER,
    /** GELU in the place of SiLU. */
    GELU,
    /** Embeddings are multiplied by √hidden. */
    SCALED_EMBEDDING,
    /** {@code Wq}, {@code Wk} and {@code Wv} are one tensor, and {@code Wgate} and {@code Wup}. */
    FUSED_TENSORS
  }

  /** Layers that see the latest tokens only. */
  enum Windows {
    NONE(0, 0),
    EVERY_OTHER(2, 4096),
    FIVE_OF_SIX(6, 1024);

    private final int period;
    private final int tokens;

    Windows(int period, int tokens) {
      this.period = period;
      this.tokens = tokens;
    }

    /** The last of so many layers sees everything; 0 if all do. */
    int period() {
      return period;
    }

    /** Tokens that the others see, where the file says nothing. */
    int tokens() {
      return tokens;
    }
  }

  private final String architecture;
  private final Windows windows;

  @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable
  private final Set<Trait> traits;

  Family(String architecture, Trait... traits) {
    this(architecture, Windows.NONE, traits);
  }

  Family(String architecture, Windows windows, Trait... traits) {
    this.architecture = architecture;
    this.windows = windows;
    this.traits = Set.of(traits);
  }

  /** The family that a file's {@code general.architecture} names. */
  static Family of(String file, String architecture) throws ModelFileException {
    for (Family family : values()) {
      if (family.architecture.equals(architecture)) {
        return family;
      }
    }
    throw new ModelFileException(
        file,
        "has the architecture '"
            + architecture
            + "', which is not supported; supported are "
            + Arrays.stream(values()).map(Family::architecture).collect(Collectors.joining(", ")));
  }

  /** The value of {@code general.architecture}, and the prefix of the family's metadata keys. */
  public String architecture() {
    return architecture;
  }

  boolean has(Trait trait) {
    return traits.contains(trait);
  }

  Windows windows() {
    return windows;
  }

  /** Which elements of a head rotary position embedding turns together. */
  public Pairing ropePairing() {
    return has(ROPE_HALVES) ? Pairing.HALVES : Pairing.ADJACENT;
  }
}
