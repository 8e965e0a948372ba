package dev.bourse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.GgufWriter;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.Scores;
import dev.bourse.tensor.TensorType;
import dev.bourse.tensor.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ModelConfigTest {
  private static ModelConfig read(GgufWriter writer) throws ModelFileException {
    GgufFile file = GgufFile.of("test.gguf", MemorySegment.ofArray(writer.bytes()));
    return ModelConfig.of("test.gguf", file.metadata());
  }

  /** What every file must have. */
  private static GgufWriter minimal() {
    return new GgufWriter()
        .text("general.architecture", "llama")
        .integer("llama.block_count", 2)
        .integer("llama.context_length", 128)
        .integer("llama.embedding_length", 64)
        .integer("llama.feed_forward_length", 96)
        .integer("llama.attention.head_count", 4)
        .real("llama.attention.layer_norm_rms_epsilon", 1e-5f)
        .texts("tokenizer.ggml.tokens", List.of("a", "b"));
  }

  private static void assertRefused(Consumer<GgufWriter> change, String message) {
    GgufWriter writer = minimal();
    change.accept(writer);
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> read(writer))
        .withMessage("test.gguf: " + message);
  }

  @Test
  void fillsInWhatAFileMayLeaveOut() throws ModelFileException {
    assertThat(read(minimal()))
        .isEqualTo(
            new ModelConfig(
                Family.LLAMA,
                "llama",
                2,
                64,
                96,
                new ModelConfig.Attention(4, 4, 16, Scores.scaled(0.25f), 0),
                new ModelConfig.Rope(10_000, 16, RopeScaling.Linear.NONE, 10_000),
                ModelConfig.Factors.NONE,
                1e-5f,
                2,
                128));
  }

  @Test
  void readsLinearRopeScalingUnderItsNewAndItsOldKey() throws ModelFileException {
    assertThat(read(minimal().real("llama.rope.scaling.factor", 4)).rope().scaling())
        .isEqualTo(new RopeScaling.Linear(4));
    assertThat(read(minimal().real("llama.rope.scale_linear", 2)).rope().scaling())
        .isEqualTo(new RopeScaling.Linear(2));
    GgufWriter none = minimal().text("llama.rope.scaling.type", "none");
    assertThat(read(none.real("llama.rope.scaling.factor", 4)).rope().scaling())
        .isEqualTo(RopeScaling.Linear.NONE);
  }

  @Test
  void refusesWhatItCannotCompute() {
    assertRefused(
        file -> file.text("llama.rope.scaling.type", "other"),
        "key 'llama.rope.scaling.type' is 'other'; supported are 'none', 'linear', 'yarn' and"
            + " 'longrope'");
    assertRefused(
        file -> file.integer("llama.expert_count", 8),
        "key 'llama.expert_count' is not 0: mixtures of experts are not supported");
    assertRefused(
        file -> file.integer("llama.attention.head_count_kv", 3),
        "key 'llama.attention.head_count' is 4, which is no multiple of the 3 key/value heads");
    assertRefused(
        file -> file.integer("llama.attention.value_length", 8),
        "key 'llama.attention.value_length' is 8, but only values as long as the keys are"
            + " supported: 16");
    assertRefused(
        file -> file.integer("llama.rope.dimension_count", 15),
        "key 'llama.rope.dimension_count' is 15, but must be even and at most the head's 16");
    assertRefused(
        file -> file.real("llama.rope.freq_base", 0),
        "key 'llama.rope.freq_base' is 0.0, but must be positive");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> read(new GgufWriter().text("general.architecture", "mamba")))
        .withMessage(
            "test.gguf: has the architecture 'mamba', which is not supported; supported are llama,"
                + " qwen2, qwen3, gemma2, gemma3, phi3, olmo2, granite");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> read(new GgufWriter()))
        .withMessage("test.gguf: the key 'general.architecture' is missing");
  }

  @Test
  void namesATensorThatDoesNotFitTheConfiguration() {
    assertTensorRefused(
        new GgufWriter(),
        "tensor 'output_norm.weight' is missing, but the family llama with 2 layers needs it");
    assertTensorRefused(
        new GgufWriter().tensor("output_norm.weight", TensorType.F32, new byte[128], 32),
        "tensor 'output_norm.weight' has the shape [32], but the metadata ask for [64]");
    assertTensorRefused(
        new GgufWriter().tensor("output_norm.weight", TensorType.F16, new byte[128], 64),
        "tensor 'output_norm.weight' has the type F16, but must be F32");
    assertTensorRefused(
        attentionQuery(TensorType.Q4_K, 64 * 144 / 4, 256, 16),
        "tensor 'blk.0.attn_q.weight' has the shape [256, 16], but the metadata ask for [64, 64]");
    assertTensorRefused(
        attentionQuery(TensorType.Q8_1, 64 * 72, 64, 64),
        "tensor 'blk.0.attn_q.weight' has the type Q8_1, which is not supported; supported are "
            + TensorType.supportedNames());
  }

  private static GgufWriter attentionQuery(TensorType type, int bytes, long... dimensions) {
    return new GgufWriter()
        .tensor("output_norm.weight", TensorType.F32, new byte[256], 64)
        .tensor("blk.0.attn_norm.weight", TensorType.F32, new byte[256], 64)
        .tensor("blk.0.attn_q.weight", type, new byte[bytes], dimensions);
  }

  private static void assertTensorRefused(GgufWriter tensors, String message) {
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(
            () -> {
              GgufFile file = GgufFile.of("test.gguf", MemorySegment.ofArray(tensors.bytes()));
              try (var pool = new WorkerPool(1)) {
                new WeightLoader(file, read(minimal()), pool).load();
              }
            })
        .withMessage("test.gguf: " + message);
  }

  @Test
  void refusesATensorThatNobodyUses() {
    TinyModel tiny = new TinyModel(Family.QWEN2);
    byte[] bytes = tiny.bytes();
    byte[] incomplete = renamed(bytes, "blk.1.attn_q.bias", "blk.1.attn_q.bogu");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> TinyModel.load(incomplete, 1))
        .withMessage(
            "tiny.gguf: tensor 'blk.1.attn_q.bias' is missing, but the family qwen2 with 2 layers"
                + " needs it");
    byte[] asLlama = renamed(bytes, "qwen2", "llama");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> TinyModel.load(asLlama, 1))
        .withMessage(
            "tiny.gguf: tensor 'blk.0.attn_q.bias' is nothing that the family llama with 2 layers"
                + " would use");
  }

  private static byte[] renamed(byte[] bytes, String from, String to) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
  }
}
