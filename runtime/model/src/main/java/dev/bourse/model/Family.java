package dev.bourse.model;

import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.RopeTable.Pairing;
import java.util.Arrays;
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
 */
public enum Family {
  /** Llama 1 to 3, and whatever else is published as one; Llama 3.1 brings frequency factors. */
  LLAMA("llama", Pairing.ADJACENT, false, false),

  /** Qwen 2 and 2.5: {@code q}, {@code k} and {@code v} have biases. */
  QWEN2("qwen2", Pairing.HALVES, true, false),

  /** Qwen 3: each head of {@code q} and {@code k} is RMS-normalized before it is rotated. */
  QWEN3("qwen3", Pairing.HALVES, false, true);

  private final String architecture;
  private final Pairing ropePairing;
  private final boolean qkvBias;
  private final boolean qkNorm;

  Family(String architecture, Pairing ropePairing, boolean qkvBias, boolean qkNorm) {
    this.architecture = architecture;
    this.ropePairing = ropePairing;
    this.qkvBias = qkvBias;
    this.qkNorm = qkNorm;
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

  /** Which elements of a head rotary position embedding turns together. */
  Pairing ropePairing() {
    return ropePairing;
  }

  /** Whether {@code q}, {@code k} and {@code v} have biases. */
  boolean qkvBias() {
    return qkvBias;
  }

  /** Whether the heads of {@code q} and {@code k} are normalized, each by itself. */
  boolean qkNorm() {
    return qkNorm;
  }
}
