package dev.bourse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.bourse.demo.DemoModel;
import dev.bourse.kv.PagePool;
import dev.bourse.tensor.Scores;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The embedded model, against the reference that was made with it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoModelTest {
  private static final float TOLERANCE = 1e-3f;

  private final JsonNode golden = golden();
  private Model model;
  private PagePool pool;
  private ForwardPass pass;

  private static JsonNode golden() {
    try (InputStream in = DemoModelTest.class.getResourceAsStream("golden.json")) {
      return new JsonMapper().readTree(Objects.requireNonNull(in, "golden.json"));
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  @BeforeAll
  void load() throws IOException {
    model = Model.load(DemoModel.NAME, DemoModel::bytes);
    pool = new PagePool(model.config().kvLayout(16), 64);
    pass = model.newForwardPass(pool, 128);
  }

  @AfterAll
  void close() {
    pass.close();
    pool.close();
    model.close();
  }

  @TestFactory
  Stream<DynamicTest> repeatsTheReference() {
    return StreamSupport.stream(golden.get("cases").spliterator(), false)
        .map(example -> dynamicTest(example.get("name").asString(), () -> check(example)));
  }

  private void check(JsonNode example) {
    int[] prompt = ints(example.get("prompt_ids"));
    int[] output = ints(example.get("output_ids"));
    TestContext context = new TestContext(pool);
    float[] logits = TestContext.prefill(model, pass, context, prompt, 128);
    for (JsonNode pair : example.get("top5")) {
      assertThat(logits[pair.get(0).asInt()])
          .isEqualTo(pair.get(1).floatValue(), within(TOLERANCE));
    }
    assertThat(TestContext.greedy(model, pass, context, logits, output.length)).isEqualTo(output);
    context.release();
  }

  @Test
  void tokenizesTheReferencePrompts() {
    for (JsonNode example : golden.get("cases")) {
      assertThat(model.tokenizer().encode(example.get("prompt").asString(), false, true))
          .isEqualTo(ints(example.get("prompt_ids")));
    }
  }

  @Test
  void knowsWhatTheFileSays() {
    ModelConfig config = model.config();
    assertThat(config.family()).isEqualTo(Family.QWEN3);
    assertThat(config.name()).isEqualTo("Pocket Chat 5M");
    assertThat(config.attention())
        .isEqualTo(
            new ModelConfig.Attention(8, 2, 32, Scores.scaled((float) (1 / Math.sqrt(32))), 0));
    assertThat(config.vocabularySize()).isEqualTo(model.tokenizer().size()).isEqualTo(2048);
    assertThat(config.contextLength()).isEqualTo(1024);
    assertThat(model.chatTemplate().orElseThrow()).contains("<|im_start|>");
    assertThat(model.digest()).isEqualTo(golden.get("sha256").asString());
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
