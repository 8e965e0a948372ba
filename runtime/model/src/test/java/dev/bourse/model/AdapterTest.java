package dev.bourse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.bourse.kv.PagePool;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.model.lora.LoraFile;
import dev.bourse.model.lora.LoraWriter;
import dev.bourse.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Adapters: what they compute, in what company, and what files of them are refused. */
class AdapterTest {
  private static final long BYTES_MAX = 1 << 20;
  private static final int TOKENS = 24;

  @TempDir private Path folder;

  /** W + alpha/r · B·A, merged in double arithmetic, against the adapter beside the weights. */
  @ParameterizedTest
  @CsvSource({
    "LLAMA, F32, false", "LLAMA, F32, true", "LLAMA, Q8_0, true", "QWEN2, F32, false",
    "QWEN2, F32, true", "QWEN2, Q8_0, false", "QWEN3, F32, false", "QWEN3, F32, true",
    "QWEN3, Q8_0, true"
  })
  void computesWhatMergedWeightsCompute(Family family, TensorType type, boolean peft)
      throws Exception {
    for (long seed = 0; seed < 3; seed++) {
      TinyModel tiny = new TinyModel(family, type, false, 1, seed);
      try (Model model = tiny.load(1);
          PagePool pool = new PagePool(model.config().kvLayout(8), 16);
          ForwardPass pass = model.newForwardPass(pool, 64)) {
        TestAdapter test = new TestAdapter(family, model.config(), seed);
        LoraAdapter adapter = read(peft ? peft(test) : gguf(test), model);
        test.mergeInto(tiny);
        ReferenceTransformer reference = new ReferenceTransformer(tiny);
        Member member = new Member(pool, tokens(seed), adapter);
        for (int i = 0; i < TOKENS; i++) {
          double[] expected = reference.next(member.tokens[i], i, slot -> true);
          float[] found = member.next(model, pass);
          for (int token = 0; token < expected.length; token++) {
            assertThat((double) found[token]).isEqualTo(expected[token], within(5e-4));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void bothKindsOfFileAreTheSameAdapter(Family family) throws Exception {
    try (Model model = new TinyModel(family).load(1)) {
      TestAdapter test = new TestAdapter(family, model.config(), 3);
      LoraAdapter expected = test.adapter(model.config());
      assertThat(read(gguf(test), model).digest()).isEqualTo(expected.digest());
      assertThat(read(peft(test), model).digest()).isEqualTo(expected.digest());
      assertThat(read(folder.resolve("peft"), model).digest()).isEqualTo(expected.digest());
      Path written = folder.resolve("written.gguf");
      Files.write(written, LoraWriter.gguf(expected, model.config()));
      assertThat(read(written, model).digest()).isEqualTo(expected.digest());
      assertThat(new TestAdapter(family, model.config(), 4).adapter(model.config()).digest())
          .isNotEqualTo(expected.digest());
    }
  }

  /** Rows of different adapters, and of none, in every batch: the bits of each are its own. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 7", "2, 3", "2, 24"})
  void inCompanyTheBitsAreThoseAlone(int threads, int chunk) throws Exception {
    TinyModel tiny = new TinyModel(Family.QWEN3, TensorType.Q8_0, false, 1, 9);
    try (Model model = tiny.load(threads);
        PagePool pool = new PagePool(model.config().kvLayout(8), 64);
        ForwardPass pass = model.newForwardPass(pool, 128)) {
      List<@Nullable LoraAdapter> adapters = new ArrayList<>();
      adapters.add(null);
      for (int i = 0; i < 3; i++) {
        adapters.add(new TestAdapter(Family.QWEN3, model.config(), i).adapter(model.config()));
      }
      List<float[]> alone = new ArrayList<>();
      for (LoraAdapter adapter : adapters) {
        Member member = new Member(pool, tokens(1), adapter);
        float[] last = {};
        for (int i = 0; i < TOKENS; i++) {
          last = member.next(model, pass);
        }
        alone.add(last);
        member.context.release();
      }
      List<Member> members =
          adapters.stream().map(adapter -> new Member(pool, tokens(1), adapter)).toList();
      ForwardBatch batch = new ForwardBatch();
      for (int from = 0; from < TOKENS; from += chunk) {
        batch.clear();
        for (Member member : members) {
          member.addTo(batch, Math.min(chunk, TOKENS - from));
        }
        pass.run(batch);
      }
      for (int i = 0; i < members.size(); i++) {
        assertThat(members.get(i).logits(model, pass)).as("adapter %d", i).isEqualTo(alone.get(i));
      }
      assertThat(alone.get(0)).isNotEqualTo(alone.get(1));
      assertThat(alone.get(1)).isNotEqualTo(alone.get(2));
    }
  }

  @Test
  void refusesAnAdapterOfAnotherModel() throws Exception {
    try (Model one = new TinyModel(Family.LLAMA).load(1);
        Model other = new TinyModel(Family.QWEN2).load(1);
        PagePool pool = new PagePool(one.config().kvLayout(8), 16);
        ForwardPass pass = one.newForwardPass(pool, 8)) {
      LoraAdapter adapter =
          new TestAdapter(Family.QWEN2, other.config(), 1).adapter(other.config());
      Member member = new Member(pool, tokens(1), adapter);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> member.next(one, pass))
          .withMessageContaining("row 0 has an adapter that was made for another model");
      assertThatThrownBy(() -> read(gguf(new TestAdapter(Family.QWEN2, other.config(), 1)), one))
          .hasMessageContaining("key 'general.architecture' is 'qwen2', but 'llama' is needed");
    }
  }

  @Test
  void namesTheTensorAndTheShapeThatDoNotFit() throws Exception {
    String q = "base_model.model.model.layers.0.self_attn.q_proj.lora_";
    Map<String, int[]> fits = new TreeMap<>();
    fits.put(q + "A.weight", new int[] {4, 32});
    fits.put(q + "B.weight", new int[] {64, 4});
    try (Model model = new TinyModel(Family.LLAMA).load(1)) {
      assertThat(read(safetensors(fits), model).rankMax()).isEqualTo(4);
      refused(
          model,
          with(fits, q + "A.weight", 4, 16),
          "tensor '" + q + "A.weight' has the shape [4, 16], but the model needs [4, 32]");
      refused(
          model,
          with(fits, q + "B.weight", 64, 5),
          "B.weight' has the shape [64, 5], but the model needs [64, 4]");
      refused(model, with(fits, q + "A.weight", 0, 32), "ranks are from 1 to");
      refused(model, Map.of(q + "A.weight", new int[] {4, 32}), "has no partner");
      refused(model, Map.of(), "has no tensors");
      refused(
          model,
          with(fits, q.replace("layers.0", "layers.2") + "A.weight", 4, 32),
          "changes layer 2; the model has 2");
      refused(
          model,
          with(fits, q.replace("self_attn.q_proj", "self_attn.qkv_proj") + "A.weight", 4, 32),
          "changes 'self_attn.qkv_proj'; supported are attn_q");
      refused(
          model,
          with(fits, "base_model.model.lm_head.lora_A.weight", 4, 32),
          "'base_model.model.lm_head.lora_A.weight' is no matrix of an adapter");
      refused(
          model,
          with(fits, q.replace("base_model.model.model.", "model.") + "A.weight", 4, 32),
          "is there twice");
    }
  }

  @Test
  void refusesOptionsThatChangeWhatIsComputed() throws Exception {
    try (Model model = new TinyModel(Family.QWEN2).load(1)) {
      TestAdapter test = new TestAdapter(Family.QWEN2, model.config(), 3);
      for (String option :
          List.of(
              "\"use_dora\": true",
              "\"bias\": \"all\"",
              "\"alpha_pattern\": {\"q\": 4}",
              "\"modules_to_save\": [\"lm_head\"]",
              "\"peft_type\": \"IA3\"")) {
        Path file = peft(test);
        Files.writeString(
            file.resolveSibling("adapter_config.json"), "{\"lora_alpha\": 8, " + option + "}");
        assertThatThrownBy(() -> read(file, model))
            .isInstanceOf(ModelFileException.class)
            .hasMessageContaining(option.substring(1, option.indexOf('"', 1)));
      }
      Path file = peft(test);
      Path config = file.resolveSibling("adapter_config.json");
      Files.writeString(config, "{\"r\": 8}");
      assertThatThrownBy(() -> read(file, model)).hasMessageContaining("no number lora_alpha");
      Files.writeString(config, "{\"lora_alpha\": 8");
      assertThatThrownBy(() -> read(file, model)).hasMessageContaining("is not JSON");
      Files.delete(config);
      assertThatThrownBy(() -> read(file, model))
          .hasMessageContaining("adapter_config.json: no such file");
      assertThatThrownBy(() -> LoraFile.read(gguf(test), model.config(), 100))
          .hasMessageContaining("bytes, allowed 100");
    }
  }

  @Test
  void scalesByTheSquareRootWhereTrainingDid() throws Exception {
    try (Model model = new TinyModel(Family.QWEN2).load(1)) {
      Path file = peft(new TestAdapter(Family.QWEN2, model.config(), 3));
      Files.writeString(
          file.resolveSibling("adapter_config.json"),
          "{\"lora_alpha\": 8, \"use_rslora\": true, \"alpha_pattern\": {}, \"use_dora\": false}");
      for (LowRank delta : read(file, model).layer(0).values()) {
        assertThat(delta.scale()).isEqualTo((float) (8 / Math.sqrt(delta.rank())));
      }
    }
  }

  /** Damaged files are refused, or are the adapter that they say; nothing else comes out. */
  @Test
  void damagedFilesAreRefused() throws Exception {
    int refused = 0;
    try (Model model = new TinyModel(Family.QWEN2).load(1)) {
      TestAdapter test = new TestAdapter(Family.QWEN2, model.config(), 3);
      Path peft = peft(test);
      for (byte[] original : List.of(test.gguf(), test.safetensors())) {
        Random random = new Random(original.length);
        for (int i = 0; i < 1500; i++) {
          byte[] damaged =
              random.nextInt(4) == 0
                  ? Arrays.copyOf(original, random.nextInt(original.length))
                  : original.clone();
          for (int k = random.nextInt(4); k >= 0 && damaged.length > 0; k--) {
            damaged[random.nextInt(Math.min(damaged.length, 3000))] ^=
                (byte) (1 << random.nextInt(8));
          }
          Files.write(peft, damaged);
          try {
            assertThat(read(peft, model).bytes()).isPositive();
          } catch (ModelFileException e) {
            refused++;
          }
        }
      }
    }
    assertThat(refused).isGreaterThan(1500);
  }

  private void refused(Model model, Map<String, int[]> shapes, String reason) throws IOException {
    Path file = safetensors(shapes);
    assertThatThrownBy(() -> read(file, model))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(reason);
  }

  private static Map<String, int[]> with(
      Map<String, int[]> shapes, String name, int rows, int columns) {
    Map<String, int[]> changed = new TreeMap<>(shapes);
    changed.put(name, new int[] {rows, columns});
    return changed;
  }

  private Path safetensors(Map<String, int[]> shapes) throws IOException {
    Map<String, float[]> tensors = new TreeMap<>();
    shapes.forEach((name, shape) -> tensors.put(name, new float[shape[0] * shape[1]]));
    return peft(TestAdapter.safetensors(tensors, shapes), 8);
  }

  private Path gguf(TestAdapter test) throws IOException {
    return Files.write(folder.resolve("adapter.gguf"), test.gguf());
  }

  private Path peft(TestAdapter test) throws IOException {
    return peft(test.safetensors(), test.alpha);
  }

  private Path peft(byte[] bytes, float alpha) throws IOException {
    Path of = Files.createDirectories(folder.resolve("peft"));
    Files.writeString(
        of.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": %s, \"bias\": \"none\"}"
            .formatted(alpha));
    return Files.write(of.resolve("adapter_model.safetensors"), bytes);
  }

  private static LoraAdapter read(Path file, Model model) throws ModelFileException {
    return LoraFile.read(file, model.config(), BYTES_MAX);
  }

  private static int[] tokens(long seed) {
    return new Random(seed).ints(TOKENS, 0, TinyModel.VOCABULARY).toArray();
  }

  /** A context whose rows are computed with one adapter. */
  private static final class Member {
    private final TestContext context;
    private final int[] tokens;
    private final @Nullable LoraAdapter adapter;
    private int row;

    Member(PagePool pool, int[] tokens, @Nullable LoraAdapter adapter) {
      this.context = new TestContext(pool);
      this.tokens = tokens;
      this.adapter = adapter;
    }

    void addTo(ForwardBatch batch, int count) {
      int sequence = context.addTo(batch, count);
      for (int i = 0; i < count; i++) {
        row = context.addRow(batch, sequence, tokens[context.length()]);
        if (adapter != null) {
          batch.setAdapter(row, adapter);
        }
      }
      batch.requestLogits(row);
    }

    float[] next(Model model, ForwardPass pass) {
      ForwardBatch batch = new ForwardBatch();
      addTo(batch, 1);
      pass.run(batch);
      return logits(model, pass);
    }

    float[] logits(Model model, ForwardPass pass) {
      return TestContext.logits(model, pass, row);
    }
  }
}
