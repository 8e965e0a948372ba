package dev.bourse.model;

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
        vector(prefix + "attn_norm.weight", hidden),
        attention(prefix, hidden),
        vector(prefix + "ffn_norm.weight", hidden),
        feedForward(prefix, hidden));
  }

  private Layer.Attention attention(String prefix, int hidden) throws ModelFileException {
    ModelConfig.Attention shape = config.attention();
    WeightMatrix[] qkv = {
      matrix(prefix + "attn_q.weight", hidden, shape.queryWidth()),
      matrix(prefix + "attn_k.weight", hidden, shape.kvWidth()),
      matrix(prefix + "attn_v.weight", hidden, shape.kvWidth())
    };
    Optional<Layer.QkvBias> bias =
        config.family().qkvBias()
            ? Optional.of(
                new Layer.QkvBias(
                    vector(prefix + "attn_q.bias", shape.queryWidth()),
                    vector(prefix + "attn_k.bias", shape.kvWidth()),
                    vector(prefix + "attn_v.bias", shape.kvWidth())))
            : Optional.empty();
    Optional<Layer.HeadNorm> headNorm =
        config.family().qkNorm()
            ? Optional.of(
                new Layer.HeadNorm(
                    vector(prefix + "attn_q_norm.weight", shape.headDim()),
                    vector(prefix + "attn_k_norm.weight", shape.headDim())))
            : Optional.empty();
    WeightMatrix output = matrix(prefix + "attn_output.weight", shape.queryWidth(), hidden);
    return new Layer.Attention(qkv, bias, headNorm, output);
  }

  private Layer.FeedForward feedForward(String prefix, int hidden) throws ModelFileException {
    int width = config.feedForwardSize();
    WeightMatrix[] gateUp = {
      matrix(prefix + "ffn_gate.weight", hidden, width),
      matrix(prefix + "ffn_up.weight", hidden, width)
    };
    return new Layer.FeedForward(gateUp, matrix(prefix + "ffn_down.weight", width, hidden));
  }

  private WeightMatrix matrix(String name, int columns, int rows) throws ModelFileException {
    GgufTensor tensor = tensor(name, List.of((long) columns, (long) rows));
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
    WeightMatrix matrix =
        WeightMatrix.repack(name, tensor.type(), rows, columns, tensor.data(), pool);
    owned.add(matrix);
    return matrix;
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
