package dev.bourse.model;

import dev.bourse.kv.KvLayout;
import dev.bourse.model.gguf.Metadata;
import dev.bourse.model.gguf.ModelFileException;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The sizes and constants of a model, as its file's metadata states them. Every number is within
 * its limit; whether the tensors agree is checked when they are loaded.
 *
 * @param family how the forward pass goes
 * @param name the model's own name, for display only
 * @param layers transformer layers
 * @param hiddenSize floats of a token's hidden state
 * @param feedForwardSize floats between the two halves of a feed-forward block
 * @param attention the heads
 * @param rope rotary position embedding
 * @param normEpsilon what RMS normalization adds to the mean square
 * @param vocabularySize number of tokens
 * @param contextLength positions are below this
 */
public record ModelConfig(
    Family family,
    String name,
    int layers,
    int hiddenSize,
    int feedForwardSize,
    Attention attention,
    Rope rope,
    float normEpsilon,
    int vocabularySize,
    int contextLength) {

  /**
   * The shape of attention.
   *
   * @param heads query heads, a multiple of {@code kvHeads}
   * @param kvHeads key/value heads
   * @param headDim floats a head, of queries, keys and values alike
   */
  public record Attention(int heads, int kvHeads, int headDim) {
    /** Floats of the queries of a token. */
    public int queryWidth() {
      return heads * headDim;
    }

    /** Floats of the keys of a token, and of its values. */
    public int kvWidth() {
      return kvHeads * headDim;
    }
  }

  /**
   * Rotary position embedding.
   *
   * @param base of the frequencies
   * @param dimensions how many leading floats of a head are turned
   * @param linearScale positions are divided by this
   */
  public record Rope(double base, int dimensions, double linearScale) {}

  private static final int LAYERS_MAX = 1 << 12;
  private static final int WIDTH_MAX = 1 << 20;
  private static final int HEADS_MAX = 1 << 12;
  private static final int HEAD_DIM_MAX = 1 << 12;
  private static final int VOCABULARY_MAX = 1 << 24;
  private static final int CONTEXT_MAX = 1 << 24;
  private static final double ROPE_BASE_DEFAULT = 10_000;

  /** How pages for this model are laid out. */
  public KvLayout kvLayout(int pageTokens) {
    return new KvLayout(layers, attention.kvHeads(), attention.headDim(), pageTokens);
  }

  /** Reads the configuration of the model in {@code file}. */
  static ModelConfig of(String file, Metadata metadata) throws ModelFileException {
    Family family = Family.of(file, metadata.requireText("general.architecture"));
    return new Reader(file, metadata, family).read();
  }

  private record Reader(String file, Metadata metadata, Family family) {
    ModelConfig read() throws ModelFileException {
      refuseExperts();
      int hiddenSize = require("embedding_length", WIDTH_MAX);
      Attention attention = attention(hiddenSize);
      return new ModelConfig(
          family,
          metadata.text("general.name").orElse(family.architecture()),
          require("block_count", LAYERS_MAX),
          hiddenSize,
          require("feed_forward_length", WIDTH_MAX),
          attention,
          rope(attention.headDim()),
          normEpsilon(),
          vocabularySize(),
          require("context_length", CONTEXT_MAX));
    }

    private Attention attention(int hiddenSize) throws ModelFileException {
      int heads = require("attention.head_count", HEADS_MAX);
      int kvHeads = optional("attention.head_count_kv", HEADS_MAX, heads);
      if (heads % kvHeads != 0) {
        throw problem(
            "attention.head_count",
            "is " + heads + ", which is no multiple of the " + kvHeads + " key/value heads");
      }
      int headDim = optional("attention.key_length", HEAD_DIM_MAX, hiddenSize / heads);
      if (headDim == 0) {
        throw problem(
            "attention.head_count",
            "is " + heads + ", more than the " + hiddenSize + " floats of a hidden state");
      }
      int valueDim = optional("attention.value_length", HEAD_DIM_MAX, headDim);
      if (valueDim != headDim) {
        throw problem(
            "attention.value_length",
            "is " + valueDim + ", but only values as long as the keys are supported: " + headDim);
      }
      return new Attention(heads, kvHeads, headDim);
    }

    private Rope rope(int headDim) throws ModelFileException {
      OptionalDouble givenBase = metadata.real(key("rope.freq_base"));
      double base = givenBase.orElse(ROPE_BASE_DEFAULT);
      if (base <= 0) {
        throw problem("rope.freq_base", "is " + base + ", but must be positive");
      }
      int dimensions = optional("rope.dimension_count", HEAD_DIM_MAX, headDim);
      if (dimensions > headDim || dimensions % 2 != 0) {
        throw problem(
            "rope.dimension_count",
            "is " + dimensions + ", but must be even and at most the head's " + headDim);
      }
      return new Rope(base, dimensions, ropeScale());
    }

    private double ropeScale() throws ModelFileException {
      String type = metadata.text(key("rope.scaling.type")).orElse("linear");
      if (type.equals("none")) {
        return 1;
      }
      if (!type.equals("linear")) {
        throw problem("rope.scaling.type", "is '" + type + "'; supported are 'none' and 'linear'");
      }
      // Files from before the 'rope.scaling' keys have 'rope.scale_linear' instead.
      String factorKey =
          metadata.contains(key("rope.scaling.factor"))
              ? "rope.scaling.factor"
              : "rope.scale_linear";
      OptionalDouble factor = metadata.real(key(factorKey));
      double scale = factor.orElse(1);
      if (scale < 0) {
        throw problem(factorKey, "is " + scale + ", but must not be negative");
      }
      // The reference implementation takes 0 to mean that nothing is scaled.
      return scale == 0 ? 1 : scale;
    }

    private float normEpsilon() throws ModelFileException {
      float epsilon = (float) metadata.requireReal(key("attention.layer_norm_rms_epsilon"));
      if (epsilon < 0 || epsilon > 1) {
        throw problem(
            "attention.layer_norm_rms_epsilon", "is " + epsilon + ", but must be from 0 to 1");
      }
      return epsilon;
    }

    private int vocabularySize() throws ModelFileException {
      OptionalLong tokens = metadata.arrayLength("tokenizer.ggml.tokens");
      if (tokens.isEmpty()) {
        throw new ModelFileException(
            file, "the key 'tokenizer.ggml.tokens' is missing: it has no vocabulary");
      }
      long size = tokens.getAsLong();
      if (size < 1 || size > VOCABULARY_MAX) {
        throw new ModelFileException(
            file,
            "key 'tokenizer.ggml.tokens' has "
                + size
                + " tokens; 1 to "
                + VOCABULARY_MAX
                + " are possible");
      }
      return (int) size;
    }

    private void refuseExperts() throws ModelFileException {
      if (optional("expert_count", 0, Integer.MAX_VALUE, 0) > 0) {
        throw problem("expert_count", "is not 0: mixtures of experts are not supported");
      }
    }

    private int require(String key, int max) throws ModelFileException {
      return metadata.requireInteger(key(key), 1, max);
    }

    private int optional(String key, int max, int otherwise) throws ModelFileException {
      return optional(key, 1, max, otherwise);
    }

    private int optional(String key, int min, int max, int otherwise) throws ModelFileException {
      OptionalLong value = metadata.integer(key(key), min, max);
      return (int) value.orElse(otherwise);
    }

    private String key(String key) {
      return family.architecture() + "." + key;
    }

    private ModelFileException problem(String key, String problem) {
      return new ModelFileException(file, "key '" + key(key) + "' " + problem);
    }
  }
}
