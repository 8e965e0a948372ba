package dev.bourse.model;

import dev.bourse.model.Family.Trait;
import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.GgufWriter;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.TensorType;
import dev.bourse.tensor.WorkerPool;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A model of two layers with random weights, small enough to be written, loaded and computed
 * thousands of times. It keeps its weights as floats, for a reference to compute with.
 */
final class TinyModel {
  static final int HIDDEN = 32;
  static final int FEED_FORWARD = 64;
  static final int LAYERS = 2;
  static final int HEADS = 4;
  static final int KV_HEADS = 2;
  static final int HEAD_DIM = 16;
  static final int VOCABULARY = 258;
  static final int CONTEXT = 512;
  static final float EPSILON = 1e-5f;
  static final float ROPE_BASE = 500;

  static final int WINDOW = 12;
  static final float SCORE_CAP = 2;
  static final float LOGIT_CAP = 3;
  static final float EMBEDDING_SCALE = 1.5f;
  static final float RESIDUAL_SCALE = 0.4f;
  static final float ATTENTION_SCALE = 0.3f;
  static final float LOGIT_SCALE = 2;

  private static final int BLOCK = 32;

  final Family family;
  final boolean tied;
  final TensorType type;

  /** Extra factor of all positions. */
  final float ropeScale;

  private final Map<String, float[]> tensors = new HashMap<>();
  private final GgufWriter writer = new GgufWriter();
  private final Random random;

  TinyModel(Family family, TensorType type, boolean tied, float ropeScale, long seed) {
    this.family = family;
    this.type = type;
    this.tied = tied;
    this.ropeScale = ropeScale;
    this.random = new Random(seed);
    writeMetadata();
    writeTensors();
  }

  TinyModel(Family family) {
    this(family, TensorType.F32, false, 1, 42);
  }

  boolean has(String tensor) {
    return tensors.containsKey(tensor);
  }

  float[] tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  byte[] bytes() {
    return writer.bytes();
  }

  Model load(int threads) throws ModelFileException {
    return load(bytes(), threads);
  }

  static Model load(byte[] bytes, int threads) throws ModelFileException {
    GgufFile file = GgufFile.of("tiny.gguf", MemorySegment.ofArray(bytes));
    return Model.load(file, new WorkerPool(threads));
  }

  private void writeMetadata() {
    String prefix = family.architecture() + ".";
    writer
        .text("general.architecture", family.architecture())
        .text("general.name", "Tiny")
        .integer(prefix + "block_count", LAYERS)
        .integer(prefix + "context_length", CONTEXT)
        .integer(prefix + "embedding_length", HIDDEN)
        .integer(prefix + "feed_forward_length", FEED_FORWARD)
        .integer(prefix + "attention.head_count", HEADS)
        .integer(prefix + "attention.head_count_kv", KV_HEADS)
        .integer(prefix + "attention.key_length", HEAD_DIM)
        .integer(prefix + "attention.value_length", HEAD_DIM)
        .real(prefix + "attention.layer_norm_rms_epsilon", EPSILON)
        .real(prefix + "rope.freq_base", ROPE_BASE);
    if (family.windows().period() > 0) {
      writer.integer(prefix + "attention.sliding_window", WINDOW);
    }
    if (family == Family.GEMMA2) {
      writer.real(prefix + "attn_logit_softcapping", SCORE_CAP);
      writer.real(prefix + "final_logit_softcapping", LOGIT_CAP);
    }
    if (family == Family.GRANITE) {
      writer
          .real(prefix + "embedding_scale", EMBEDDING_SCALE)
          .real(prefix + "residual_scale", RESIDUAL_SCALE)
          .real(prefix + "attention.scale", ATTENTION_SCALE)
          .real(prefix + "logit_scale", LOGIT_SCALE);
    }
    if (ropeScale != 1) {
      writer.text(prefix + "rope.scaling.type", "linear");
      writer.real(prefix + "rope.scaling.factor", ropeScale);
    }
    writer
        .text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", "llama-bpe")
        .texts("tokenizer.ggml.tokens", tokens())
        .integers(
            "tokenizer.ggml.token_type",
            IntStream.range(0, VOCABULARY).map(id -> id < VOCABULARY - 1 ? 1 : 3).toArray())
        .texts("tokenizer.ggml.merges", List.of("a b"))
        .integer("tokenizer.ggml.eos_token_id", VOCABULARY - 1)
        .flag("tokenizer.ggml.add_bos_token", false)
        .text("tokenizer.chat_template", "{{ messages[0].content }}");
  }

  /** One token a byte, in the alphabet of byte-level vocabularies; one merge; one special token. */
  private static List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    int invisible = 256;
    for (int value = 0; value < 256; value++) {
      boolean visible =
          (value >= '!' && value <= '~') || (value >= 0xa1 && value <= 0xff && value != 0xad);
      tokens.add(Character.toString(visible ? value : invisible++));
    }
    tokens.add("ab");
    tokens.add("<|end|>");
    return tokens;
  }

  private void writeTensors() {
    matrix("token_embd.weight", HIDDEN, VOCABULARY);
    vector("output_norm.weight", HIDDEN, 1);
    if (!tied) {
      matrix("output.weight", HIDDEN, VOCABULARY);
    }
    if (family == Family.LLAMA) {
      vector("rope_freqs.weight", HEAD_DIM / 2, 2);
    }
    for (int layer = 0; layer < LAYERS; layer++) {
      writeLayer("blk." + layer + ".");
    }
  }

  private void writeLayer(String prefix) {
    if (!family.has(Trait.NORMS_AFTER)) {
      vector(prefix + "attn_norm.weight", HIDDEN, 1);
      vector(prefix + "ffn_norm.weight", HIDDEN, 1);
    }
    if (family.has(Trait.NORMS_AFTER) || family.has(Trait.NORMS_AROUND)) {
      vector(prefix + "post_attention_norm.weight", HIDDEN, 1);
      vector(prefix + "post_ffw_norm.weight", HIDDEN, 1);
    }
    int queries = HEADS * HEAD_DIM;
    int keys = KV_HEADS * HEAD_DIM;
    if (family.has(Trait.QKV_BIAS)) {
      vector(prefix + "attn_q.bias", queries, 0);
      vector(prefix + "attn_k.bias", keys, 0);
      vector(prefix + "attn_v.bias", keys, 0);
    }
    if (family.has(Trait.HEAD_NORM) || family.has(Trait.TOKEN_NORM)) {
      boolean together = family.has(Trait.TOKEN_NORM);
      vector(prefix + "attn_q_norm.weight", together ? queries : HEAD_DIM, 1);
      vector(prefix + "attn_k_norm.weight", together ? keys : HEAD_DIM, 1);
    }
    if (family.has(Trait.FUSED_TENSORS)) {
      fused(
          prefix + "attn_qkv.weight",
          prefix,
          List.of("attn_q", "attn_k", "attn_v"),
          queries,
          keys,
          keys);
      fused(
          prefix + "ffn_up.weight",
          prefix,
          List.of("ffn_gate", "ffn_up"),
          FEED_FORWARD,
          FEED_FORWARD);
    } else {
      matrix(prefix + "attn_q.weight", HIDDEN, queries);
      matrix(prefix + "attn_k.weight", HIDDEN, keys);
      matrix(prefix + "attn_v.weight", HIDDEN, keys);
      matrix(prefix + "ffn_gate.weight", HIDDEN, FEED_FORWARD);
      matrix(prefix + "ffn_up.weight", HIDDEN, FEED_FORWARD);
    }
    matrix(prefix + "attn_output.weight", queries, HIDDEN);
    matrix(prefix + "ffn_down.weight", FEED_FORWARD, HIDDEN);
  }

  private void vector(String name, int length, float center) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = center + 0.3f * (float) random.nextGaussian();
    }
    tensors.put(name, values);
    writer.tensor(name, TensorType.F32, floats(values), length);
  }

  private void matrix(String name, int columns, int rows) {
    writer.tensor(name, type, bytes(random(name, columns, rows)), columns, rows);
  }

  /** Several matrices as one tensor of the file; the reference knows each by its own name. */
  private void fused(String name, String prefix, List<String> parts, int... rows) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < rows.length; i++) {
      bytes.writeBytes(bytes(random(prefix + parts.get(i) + ".weight", HIDDEN, rows[i])));
    }
    writer.tensor(name, type, bytes.toByteArray(), HIDDEN, IntStream.of(rows).sum());
  }

  private float[] random(String name, int columns, int rows) {
    float[] values = new float[columns * rows];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * 2 / Math.sqrt(columns));
    }
    tensors.put(name, values);
    return values;
  }

  /** As the file has them; {@code values} become what is written. */
  private byte[] bytes(float[] values) {
    return switch (type) {
      case F32 -> floats(values);
      case Q8_0 -> quantized(values);
      default -> throw new IllegalArgumentException("no writer for " + type);
    };
  }

  private static byte[] floats(float[] values) {
    ByteBuffer out = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      out.putFloat(value);
    }
    return out.array();
  }

  /** Q8_0 blocks; {@code values} become what the blocks stand for. */
  private static byte[] quantized(float[] values) {
    ByteBuffer out = ByteBuffer.allocate(values.length / BLOCK * 34).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < values.length; block += BLOCK) {
      float largest = 0;
      for (int i = block; i < block + BLOCK; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      short half = Float.floatToFloat16(largest / 127);
      float scale = Float.float16ToFloat(half);
      out.putShort(half);
      for (int i = block; i < block + BLOCK; i++) {
        byte level = (byte) Math.clamp(Math.round(values[i] / scale), -127, 127);
        out.put(level);
        values[i] = level * scale;
      }
    }
    return out.array();
  }
}
