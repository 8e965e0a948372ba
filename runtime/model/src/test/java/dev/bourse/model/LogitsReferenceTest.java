package dev.bourse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bourse.kv.PagePool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Logits and greedy tokens of small random models, against llama.cpp's in 32-bit arithmetic. */
class LogitsReferenceTest {
  private static final float TOLERANCE = 1e-3f;
  private static final int CHUNK = 64;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-f32",
        "llama-f16",
        "llama-bf16",
        "llama-q8_0",
        "llama-q4_0",
        "llama-q4_1",
        "llama-q5_0",
        "llama-q5_1",
        "llama-q2_k",
        "llama-q3_k_m",
        "llama-q4_k_m",
        "llama-q5_k_m",
        "llama-q6_k",
        "llama-iq4_nl",
        "llama-iq4_xs",
        "llama-mxfp4",
        "gemma2-f32",
        "phi3-f32",
        "llama-tied-f32",
        "llama-tied-q8_0",
        "qwen2-f32",
        "qwen2-q8_0",
        "qwen3-f32",
        "qwen3-q8_0"
      })
  void logitsAndGreedyTokensAreThoseOfTheReference(String name) throws IOException {
    Path folder = SharedFolder.require("oracles/logits");
    JsonNode reference = new JsonMapper().readTree(folder.resolve(name + ".reference.json"));
    try (Model model = Model.load(folder.resolve(name + ".gguf"));
        PagePool pool = new PagePool(model.config().kvLayout(16), 32);
        ForwardPass pass = model.newForwardPass(pool, CHUNK)) {
      for (JsonNode prompt : reference.get("prompts")) {
        checkPrompt(model, pool, pass, prompt);
      }
    }
  }

  private static void checkPrompt(Model model, PagePool pool, ForwardPass pass, JsonNode prompt) {
    int[] tokens = ints(prompt.get("tokens"));
    TestContext context = new TestContext(pool);
    List<float[]> logits = allLogits(model, pass, context, tokens);
    for (JsonNode position : prompt.get("positions")) {
      float[] found = logits.get(position.get("position").asInt());
      for (String kind : new String[] {"top", "fixed"}) {
        for (JsonNode pair : position.get(kind)) {
          assertThat(found[pair.get(0).asInt()])
              .as("prompt %s, %s, token %s", prompt.get("name"), position.get("position"), pair)
              .isEqualTo(pair.get(1).floatValue(), within(TOLERANCE));
        }
      }
    }
    int[] greedy = ints(prompt.get("greedy_tokens"));
    float[] last = logits.getLast();
    assertThat(TestContext.greedy(model, pass, context, last, greedy.length))
        .as("greedy tokens of prompt %s", prompt.get("name"))
        .isEqualTo(greedy);
    context.release();
  }

  private static List<float[]> allLogits(
      Model model, ForwardPass pass, TestContext context, int[] tokens) {
    List<float[]> logits = new ArrayList<>();
    ForwardBatch batch = new ForwardBatch();
    for (int from = 0; from < tokens.length; from += CHUNK) {
      batch.clear();
      int end = Math.min(tokens.length, from + CHUNK);
      int sequence = context.addTo(batch, end - from);
      for (int i = from; i < end; i++) {
        batch.requestLogits(context.addRow(batch, sequence, tokens[i]));
      }
      pass.run(batch);
      for (int i = from; i < end; i++) {
        logits.add(TestContext.logits(model, pass, i - from));
      }
    }
    return logits;
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
