package dev.bourse.model;

import dev.bourse.model.Family.Trait;
import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.GgufTensor;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.TensorType;
import dev.bourse.tensor.WeightMatrix;
import dev.bourse.tensor.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes a model's tensors out of its file. Every tensor is checked against the configuration before
 * it is touched, and at the end none may be left over: a tensor that nobody uses means that the
 * forward pass would compute something else than what was trained.
 */
final class WeightLoader {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Kernels read rows in blocks of this many columns, whatever the type. */
  private static final int COLUMNS_MULTIPLE = 32;

  private static final String ROPE_FACTORS = "rope_freqs.weight";
  private static final String ROPE_FACTORS_SHORT = "rope_factors_short.weight";
  private static final String ROPE_FACTORS_LONG = "rope_factors_long.weight";
  private static final String OUTPUT = "output.weight";

  private final GgufFile file;
  private final ModelConfig config;
  private final WorkerPool pool;
  private final Set<String> used = new HashSet<>();
  private final List<WeightMatrix> owned = new ArrayList<>();

  WeightLoader(GgufFile file, ModelConfig config, WorkerPool pool) {
    this.file = file;
    this.config = config;
    this.pool = pool;
  }

  /** What divides the rotation frequency of each pair; all 1 if the file says nothing. */
  float[] ropeFactors() throws ModelFileException {
    int pairs = config.rope().dimensions() / 2;
    if (config.rope().scaling() instanceof RopeScaling.LongRope scaling) {
      float[] shorter = vector(ROPE_FACTORS_SHORT, pairs);
      float[] longer = vector(ROPE_FACTORS_LONG, pairs);
      return scaling.isLong() ? longer : shorter;
    }
    if (file.tensor(ROPE_FACTORS).isPresent()) {
      return vector(ROPE_FACTORS, pairs);
    }
    float[] ones = new float[pairs];
    Arrays.fill(ones, 1f);
    return ones;
  }

  /** All weights; after an error nothing is left allocated. */
  Weights load() throws ModelFileException {
    try {
      int hidden = config.hiddenSize();
      int vocabulary = config.vocabularySize();
      float[] outputNorm = vector("output_norm.weight", hidden);
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < config.layers(); i++) {
        layers.add(layer("blk." + i + "."));
      }
      WeightMatrix embedding = matrix("token_embd.weight", hidden, vocabulary);
      WeightMatrix output =
          file.tensor(OUTPUT).isPresent() ? matrix(OUTPUT, hidden, vocabulary) : embedding;
      refuseLeftOvers();
      return new Weights(embedding, layers, outputNorm, output, owned);
    } catch (ModelFileException | RuntimeException | Error failure) {
      owned.forEach(WeightMatrix::close);
      throw failure;
    }
  }

  private Layer layer(String prefix) throws ModelFileException {
    int hidden = config.hiddenSize();
    return new Layer(
        norms(prefix + "attn_norm.weight", prefix + "post_attention_norm.weight", hidden),
        attention(prefix, hidden),
        norms(prefix + "ffn_norm.weight", prefix + "post_ffw_norm.weight", hidden),
        feedForward(prefix, hidden));
  }

  private Layer.BlockNorms norms(String before, String after, int hidden)
      throws ModelFileException {
    boolean behind = has(Trait.NORMS_AFTER) || has(Trait.NORMS_AROUND);
    return new Layer.BlockNorms(
        has(Trait.NORMS_AFTER) ? Optional.empty() : Optional.of(vector(before, hidden)),
        behind ? Optional.of(vector(after, hidden)) : Optional.empty());
  }

  private boolean has(Trait trait) {
    return config.family().has(trait);
  }

  private Layer.Attention attention(String prefix, int hidden) throws ModelFileException {
    ModelConfig.Attention shape = config.attention();
    int queries = shape.queryWidth();
    int keys = shape.kvWidth();
    WeightMatrix[] qkv =
        has(Trait.FUSED_TENSORS)
            ? matrices(prefix + "attn_qkv.weight", hidden, queries, keys, keys)
            : new WeightMatrix[] {
              matrix(prefix + "attn_q.weight", hidden, queries),
              matrix(prefix + "attn_k.weight", hidden, keys),
              matrix(prefix + "attn_v.weight", hidden, keys)
            };
    Optional<Layer.QkvBias> bias =
        has(Trait.QKV_BIAS)
            ? Optional.of(
                new Layer.QkvBias(
                    vector(prefix + "attn_q.bias", queries),
                    vector(prefix + "attn_k.bias", keys),
                    vector(prefix + "attn_v.bias", keys)))
            : Optional.empty();
    WeightMatrix output = matrix(prefix + "attn_output.weight", queries, hidden);
    return new Layer.Attention(qkv, bias, headNorm(prefix, shape), output);
  }

  private Optional<Layer.HeadNorm> headNorm(String prefix, ModelConfig.Attention shape)
      throws ModelFileException {
    boolean together = has(Trait.TOKEN_NORM);
    if (!together && !has(Trait.HEAD_NORM)) {
      return Optional.empty();
    }
    return Optional.of(
        new Layer.HeadNorm(
            vector(prefix + "attn_q_norm.weight", together ? shape.queryWidth() : shape.headDim()),
            vector(prefix + "attn_k_norm.weight", together ? shape.kvWidth() : shape.headDim())));
  }

  private Layer.FeedForward feedForward(String prefix, int hidden) throws ModelFileException {
    int width = config.feedForwardSize();
    WeightMatrix[] gateUp =
        has(Trait.FUSED_TENSORS)
            ? matrices(prefix + "ffn_up.weight", hidden, width, width)
            : new WeightMatrix[] {
              matrix(prefix + "ffn_gate.weight", hidden, width),
              matrix(prefix + "ffn_up.weight", hidden, width)
            };
    return new Layer.FeedForward(gateUp, matrix(prefix + "ffn_down.weight", width, hidden));
  }

  private WeightMatrix matrix(String name, int columns, int rows) throws ModelFileException {
    return matrices(name, columns, rows)[0];
  }

  /** Several matrices that the file has as one tensor, one's rows after the other's. */
  private WeightMatrix[] matrices(String name, int columns, int... rows) throws ModelFileException {
    GgufTensor tensor = tensor(name, List.of((long) columns, (long) Arrays.stream(rows).sum()));
    if (!tensor.type().supported()) {
      throw problem(
          name,
          "has the type "
              + tensor.type()
              + ", which is not supported; supported are "
              + TensorType.supportedNames());
    }
    if (columns % COLUMNS_MULTIPLE != 0) {
      throw problem(
          name,
          "has rows of " + columns + " elements; only multiples of " + COLUMNS_MULTIPLE + " work");
    }
    WeightMatrix[] matrices = new WeightMatrix[rows.length];
    long rowBytes = tensor.type().bytes(columns);
    long at = 0;
    for (int i = 0; i < rows.length; i++) {
      MemorySegment data = tensor.data().asSlice(at, rows[i] * rowBytes);
      matrices[i] = WeightMatrix.repack(name, tensor.type(), rows[i], columns, data, pool);
      owned.add(matrices[i]);
      at += rows[i] * rowBytes;
    }
    return matrices;
  }

  private float[] vector(String name, int length) throws ModelFileException {
    GgufTensor tensor = tensor(name, List.of((long) length));
    if (tensor.type() != TensorType.F32) {
      throw problem(name, "has the type " + tensor.type() + ", but must be F32");
    }
    float[] vector = new float[length];
    MemorySegment.copy(tensor.data(), FLOAT, 0, vector, 0, length);
    return vector;
  }

  private GgufTensor tensor(String name, List<Long> dimensions) throws ModelFileException {
    Optional<GgufTensor> found = file.tensor(name);
    if (found.isEmpty()) {
      throw problem(
          name,
          "is missing, but the family "
              + config.family().architecture()
              + " with "
              + config.layers()
              + " layers needs it");
    }
    GgufTensor tensor = found.get();
    if (!tensor.dimensions().equals(dimensions)) {
      throw problem(
          name, "has the shape " + tensor.shape() + ", but the metadata ask for " + dimensions);
    }
    used.add(name);
    return tensor;
  }

  private void refuseLeftOvers() throws ModelFileException {
    for (GgufTensor tensor : file.tensors()) {
      if (!used.contains(tensor.name())) {
        throw problem(
            tensor.name(),
            "is nothing that the family "
                + config.family().architecture()
                + " with "
                + config.layers()
                + " layers would use");
      }
    }
  }

  private ModelFileException problem(String tensor, String problem) {
    return new ModelFileException(file.name(), "tensor '" + tensor + "' " + problem);
  }
}
