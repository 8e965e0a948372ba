package dev.bourse.server.bench;

import dev.bourse.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A GGUF file of a shape, in memory: sizes, types and the number of operations are those of the
 * published model, the weights are noise.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the GGUF
 *     specification</a>
 */
final class SyntheticModel {
  private static final int ALIGNMENT = 32;
  private static final int CONTEXT = 32_768;
  private static final int TYPE_UINT32 = 4;
  private static final int TYPE_FLOAT32 = 6;
  private static final int TYPE_STRING = 8;
  private static final int TYPE_ARRAY = 9;

  /** Bytes of noise that is written over and over. */
  private static final int NOISE_BYTES = 1 << 20;

  private final Shape shape;
  private final TensorType type;
  private final List<Tensor> tensors = new ArrayList<>();
  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private int entryCount;

  private record Tensor(String name, TensorType type, long columns, long rows) {
    long bytes() {
      return type.bytes(columns * rows);
    }
  }

  private SyntheticModel(Shape shape, TensorType type) {
    this.shape = shape;
    this.type = type;
    addEntries();
    addTensors();
  }

  /** The file, in memory of an arena. */
  static MemorySegment gguf(Shape shape, TensorType type, Arena arena) {
    return new SyntheticModel(shape, type).write(arena);
  }

  private void addEntries() {
    String prefix = shape.architecture + ".";
    text("general.architecture", shape.architecture);
    text("general.name", "%s %s, synthetic".formatted(shape.key(), type));
    integer(prefix + "block_count", shape.layers);
    integer(prefix + "context_length", CONTEXT);
    integer(prefix + "embedding_length", shape.hidden);
    integer(prefix + "feed_forward_length", shape.feedForward);
    integer(prefix + "attention.head_count", shape.heads);
    integer(prefix + "attention.head_count_kv", shape.kvHeads);
    integer(prefix + "attention.key_length", shape.headDim);
    integer(prefix + "attention.value_length", shape.headDim);
    entry(prefix + "attention.layer_norm_rms_epsilon", TYPE_FLOAT32);
    put(entries, Float.BYTES, to -> to.putFloat(1e-5f));
    text("tokenizer.ggml.model", "gpt2");
    text("tokenizer.ggml.pre", "llama-bpe");
    entry("tokenizer.ggml.tokens", TYPE_ARRAY);
    put(entries, 12, to -> to.putInt(TYPE_STRING).putLong(shape.vocabulary));
    for (int token = 0; token < shape.vocabulary; token++) {
      string(entries, "t" + token);
    }
  }

  private void addTensors() {
    boolean gemma = shape.architecture.equals("gemma3");
    boolean headNorms = gemma || shape.architecture.equals("qwen3");
    int queries = shape.heads * shape.headDim;
    int keys = shape.kvHeads * shape.headDim;
    matrix("token_embd.weight", shape.hidden, shape.vocabulary);
    vector("output_norm.weight", shape.hidden);
    for (int layer = 0; layer < shape.layers; layer++) {
      String prefix = "blk." + layer + ".";
      vector(prefix + "attn_norm.weight", shape.hidden);
      vector(prefix + "ffn_norm.weight", shape.hidden);
      if (gemma) {
        vector(prefix + "post_attention_norm.weight", shape.hidden);
        vector(prefix + "post_ffw_norm.weight", shape.hidden);
      }
      if (headNorms) {
        vector(prefix + "attn_q_norm.weight", shape.headDim);
        vector(prefix + "attn_k_norm.weight", shape.headDim);
      }
      matrix(prefix + "attn_q.weight", shape.hidden, queries);
      matrix(prefix + "attn_k.weight", shape.hidden, keys);
      matrix(prefix + "attn_v.weight", shape.hidden, keys);
      matrix(prefix + "attn_output.weight", queries, shape.hidden);
      matrix(prefix + "ffn_gate.weight", shape.hidden, shape.feedForward);
      matrix(prefix + "ffn_up.weight", shape.hidden, shape.feedForward);
      matrix(prefix + "ffn_down.weight", shape.feedForward, shape.hidden);
    }
  }

  private void matrix(String name, int columns, int rows) {
    // A row that is no whole number of blocks has another type in published files, too.
    TensorType fits = columns % type.blockSize() == 0 ? type : TensorType.Q8_0;
    tensors.add(new Tensor(name, fits, columns, rows));
  }

  private void vector(String name, int length) {
    tensors.add(new Tensor(name, TensorType.F32, length, 1));
  }

  private MemorySegment write(Arena arena) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    put(head, Integer.BYTES, to -> to.putInt(3));
    put(head, 2 * Long.BYTES, to -> to.putLong(tensors.size()).putLong(entryCount));
    head.writeBytes(entries.toByteArray());
    long offset = 0;
    for (Tensor tensor : tensors) {
      long at = offset;
      boolean vector = tensor.rows == 1;
      string(head, tensor.name);
      put(head, Integer.BYTES, to -> to.putInt(vector ? 1 : 2));
      put(head, Long.BYTES, to -> to.putLong(tensor.columns));
      if (!vector) {
        put(head, Long.BYTES, to -> to.putLong(tensor.rows));
      }
      put(head, 12, to -> to.putInt(tensor.type.ggufId()).putLong(at));
      offset += aligned(tensor.bytes());
    }
    long dataAt = aligned(head.size());
    MemorySegment file = arena.allocate(dataAt + offset, ALIGNMENT);
    MemorySegment.copy(head.toByteArray(), 0, file, ValueLayout.JAVA_BYTE, 0, head.size());
    long at = dataAt;
    for (Tensor tensor : tensors) {
      fill(file.asSlice(at, tensor.bytes()), tensor.type);
      at += aligned(tensor.bytes());
    }
    return file;
  }

  /** Noise in which every scale is a small positive number. */
  private static void fill(MemorySegment to, TensorType type) {
    byte[] noise = noise(type);
    for (long at = 0; at < to.byteSize(); at += noise.length) {
      int count = (int) Math.min(noise.length, to.byteSize() - at);
      MemorySegment.copy(noise, 0, to, ValueLayout.JAVA_BYTE, at, count);
    }
  }

  private static byte[] noise(TensorType type) {
    SplittableRandom random = new SplittableRandom(type.ggufId());
    int unit = type.blockBytes();
    byte[] noise = new byte[NOISE_BYTES / unit * unit];
    ByteBuffer out = ByteBuffer.wrap(noise).order(ByteOrder.LITTLE_ENDIAN);
    while (out.hasRemaining()) {
      float value = (float) (random.nextDouble() - 0.5) * 0.1f;
      switch (type) {
        case F32 -> out.putFloat(value + 0.5f);
        case F16 -> out.putShort(Float.floatToFloat16(value));
        case BF16 -> out.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        case MXFP4 -> {
          out.put((byte) 120);
          small(random, out, unit - 1);
        }
        // Two bytes from 0x10 to 0x1f are an f16 from 0.0005 to 0.008, wherever they stand.
        default -> small(random, out, unit);
      }
    }
    return noise;
  }

  private static void small(SplittableRandom random, ByteBuffer out, int count) {
    for (int i = 0; i < count; i++) {
      out.put((byte) (0x10 + random.nextInt(16)));
    }
  }

  private void text(String key, String value) {
    entry(key, TYPE_STRING);
    string(entries, value);
  }

  private void integer(String key, int value) {
    entry(key, TYPE_UINT32);
    put(entries, Integer.BYTES, to -> to.putInt(value));
  }

  private void entry(String key, int kind) {
    entryCount++;
    string(entries, key);
    put(entries, Integer.BYTES, to -> to.putInt(kind));
  }

  private static void string(ByteArrayOutputStream out, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    put(out, Long.BYTES, to -> to.putLong(utf8.length));
    out.writeBytes(utf8);
  }

  private static void put(ByteArrayOutputStream out, int bytes, Consumer<ByteBuffer> filler) {
    byte[] filled = new byte[bytes];
    filler.accept(ByteBuffer.wrap(filled).order(ByteOrder.LITTLE_ENDIAN));
    out.writeBytes(filled);
  }

  private static long aligned(long bytes) {
    return Math.ceilDiv(bytes, (long) ALIGNMENT) * ALIGNMENT;
  }
}
