package dev.bourse.model;

import dev.bourse.kv.KvLayout;
import dev.bourse.model.gguf.Metadata;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.Scores;
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
 * @param factors what else is multiplied, and capped
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
    Factors factors,
    float normEpsilon,
    int vocabularySize,
    int contextLength) {

  /**
   * Attention.
   *
   * @param heads query heads, a multiple of {@code kvHeads}
   * @param kvHeads key/value heads
   * @param headDim floats a head, of queries, keys and values alike
   * @param scores how products become scores
   * @param window tokens, the newest included, that layers with a window see; 0 if no layer has one
   */
  public record Attention(int heads, int kvHeads, int headDim, Scores scores, int window) {
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
   * @param scaling how it reaches further than the model was first trained for
   * @param windowBase of the frequencies in layers with a window, which scale nothing
   */
  public record Rope(double base, int dimensions, RopeScaling scaling, double windowBase) {}

  /**
   * Numbers that a few families multiply with; 1 in all others.
   *
   * @param embedding of embeddings
   * @param residual of what a block adds to the hidden state
   * @param logits of logits
   * @param logitCap then a logit l becomes cap · tanh(l / cap); 0 if it stays as it is
   */
  public record Factors(float embedding, float residual, float logits, float logitCap) {
    /** Nothing is multiplied. */
    public static final Factors NONE = new Factors(1, 1, 1, 0);
  }

  private static final int LAYERS_MAX = 1 << 12;
  private static final int WIDTH_MAX = 1 << 20;
  private static final int HEADS_MAX = 1 << 12;
  private static final int HEAD_DIM_MAX = 1 << 12;
  private static final int VOCABULARY_MAX = 1 << 24;
  private static final int CONTEXT_MAX = 1 << 24;
  private static final double ROPE_BASE_DEFAULT = 10_000;
  private static final int GEMMA2_27B_LAYERS = 46;
  private static final int GEMMA3_27B_LAYERS = 62;

  /** How pages for this model are laid out. */
  public KvLayout kvLayout(int pageTokens) {
    return new KvLayout(layers, attention.kvHeads(), attention.headDim(), pageTokens);
  }

  /** Whether a layer sees a window only. */
  boolean hasWindow(int layer) {
    int period = family.windows().period();
    return attention.window() > 0 && layer % period < period - 1;
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
          factors(hiddenSize),
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
      return new Attention(heads, kvHeads, headDim, scores(hiddenSize, heads, headDim), window());
    }

    private Scores scores(int hiddenSize, int heads, int headDim) throws ModelFileException {
      double scale =
          factor("attention.scale", 1 / Math.sqrt(scaledDim(hiddenSize, heads, headDim)));
      return new Scores((float) scale, cap("attn_logit_softcapping"));
    }

    /** The largest Gemmas are scaled by another size than their heads', which no key says. */
    private int scaledDim(int hiddenSize, int heads, int headDim) throws ModelFileException {
      int layers = require("block_count", LAYERS_MAX);
      boolean isLargest =
          (family == Family.GEMMA2 && layers == GEMMA2_27B_LAYERS)
              || (family == Family.GEMMA3 && layers == GEMMA3_27B_LAYERS);
      return isLargest ? hiddenSize / heads : headDim;
    }

    private int window() throws ModelFileException {
      Family.Windows windows = family.windows();
      return windows.period() == 0
          ? 0
          : optional("attention.sliding_window", CONTEXT_MAX, windows.tokens());
    }

    private Factors factors(int hiddenSize) throws ModelFileException {
      double embedding =
          family.has(Family.Trait.SCALED_EMBEDDING)
              ? Math.sqrt(hiddenSize)
              : factor("embedding_scale", 1);
      return new Factors(
          (float) embedding,
          (float) factor("residual_scale", 1),
          (float) (1 / factor("logit_scale", 1)),
          cap("final_logit_softcapping"));
    }

    /** A positive number; files write 0 for a factor that is not used. */
    private double factor(String key, double otherwise) throws ModelFileException {
      OptionalDouble given = metadata.real(key(key));
      double factor = given.orElse(0);
      if (factor < 0) {
        throw problem(key, "is " + factor + ", but must not be negative");
      }
      return factor == 0 ? otherwise : factor;
    }

    private float cap(String key) throws ModelFileException {
      return (float) factor(key, 0);
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
      double windowBase = factor("rope.freq_base_swa", windowBase(base));
      return new Rope(base, dimensions, ropeScaling(), windowBase);
    }

    private double windowBase(double base) {
      return family == Family.GEMMA3 ? ROPE_BASE_DEFAULT : base;
    }

    private RopeScaling ropeScaling() throws ModelFileException {
      String type = metadata.text(key("rope.scaling.type")).orElse("linear");
      return switch (type) {
        case "none" -> RopeScaling.Linear.NONE;
        case "linear" -> new RopeScaling.Linear(linearScale());
        case "yarn" ->
            new RopeScaling.Yarn(
                Math.max(1, factor("rope.scaling.factor", 1)),
                originalContext(),
                factor("rope.scaling.attn_factor", 1));
        case "longrope" -> longRope();
        default ->
            throw problem(
                "rope.scaling.type",
                "is '" + type + "'; supported are 'none', 'linear', 'yarn' and 'longrope'");
      };
    }

    private RopeScaling longRope() throws ModelFileException {
      return new RopeScaling.LongRope(
          require("context_length", CONTEXT_MAX) > originalContext(),
          factor("rope.scaling.attn_factor", 1));
    }

    private int originalContext() throws ModelFileException {
      return optional(
          "rope.scaling.original_context_length",
          CONTEXT_MAX,
          require("context_length", CONTEXT_MAX));
    }

    private double linearScale() throws ModelFileException {
      // Files from before the 'rope.scaling' keys have 'rope.scale_linear' instead.
      String key =
          metadata.contains(key("rope.scaling.factor"))
              ? "rope.scaling.factor"
              : "rope.scale_linear";
      return factor(key, 1);
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
