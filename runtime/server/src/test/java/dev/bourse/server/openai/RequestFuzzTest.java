package dev.bourse.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Requests that went wrong in any way are understood or refused, and nothing else. */
class RequestFuzzTest {
  private static final ModelCard MODEL = new ModelCard("m", 1024, "fp_1");
  private static final int ROUNDS = 25_000;

  private static final String[] SEEDS = {
    """
    {"model":"m","messages":[{"role":"system","content":"a"},{"role":"user","content":[
     {"type":"text","text":"b"}]},{"role":"assistant","content":null,"tool_calls":[{"id":"c",
     "type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool",
     "tool_call_id":"c","content":"d"}],"tools":[{"type":"function","function":{"name":"f",
     "parameters":{"type":"object"}}}],"tool_choice":"auto","stream":true,"stream_options":{
     "include_usage":true},"stop":["x"],"n":2,"seed":1,"logprobs":true,"top_logprobs":2,
     "logit_bias":{"5":1},"response_format":{"type":"json_schema","json_schema":{"name":"n",
     "schema":{}}},"bourse":{"bid":{"per_token":1},"budget_tokens":5,"save_as":"n"}}""",
    """
    {"model":"m","prompt":["a",[1,2]],"max_tokens":3,"logprobs":2,"echo":false,"best_of":1,
     "temperature":0.5,"top_p":1,"presence_penalty":0.1,"user":"u"}""",
    """
    {"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"a"}]},
     {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":
     "function_call_output","call_id":"c","output":"x"}],"tools":[{"type":"function","name":"f"}],
     "text":{"format":{"type":"json_object"}},"previous_response_id":"resp_0","include":["a"],
     "max_output_tokens":5,"store":true,"instructions":"i"}""",
    """
    {"model":"m","input":["a","b"],"encoding_format":"base64","dimensions":3}"""
  };

  private static final String[] VALUES = {
    "null",
    "true",
    "0",
    "-1",
    "1e400",
    "99999999999999999999",
    "0.1",
    "\"\"",
    "\"x\"",
    "[]",
    "{}",
    "[null]",
    "[[[]]]",
    "{\"a\":1}",
    "\"\\ud800\"",
    "[1,\"a\"]",
    "{\"type\":\"text\"}",
    "-1e-400"
  };

  private final Random random = new Random(11);

  @Test
  void everyRequestIsUnderstoodOrRefused() {
    int understood = 0;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int kind = random.nextInt(SEEDS.length);
      byte[] body = round % 3 == 0 ? garbled(SEEDS[kind]) : changed(SEEDS[kind]);
      try {
        Job job = read(kind, Members.of(Json.request(body), ""));
        assertThat(Json.event(job.launch().input()).isObject()).isTrue();
        understood++;
      } catch (ApiException e) {
        assertThat(e.status()).isEqualTo(400);
        assertThat(e.body().path("error").path("message").stringValue()).isNotEmpty();
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError(new String(body, StandardCharsets.UTF_8), e);
      }
    }
    assertThat(understood).isGreaterThan(ROUNDS / 50);
    assertThat(refused).isGreaterThan(ROUNDS / 2);
  }

  private static Job read(int kind, Members request) {
    return switch (kind) {
      case 0 -> ChatRequest.read(request, MODEL, 7);
      case 1 -> CompletionRequest.read(request, MODEL, 7);
      case 2 -> ResponsesRequest.read(request, MODEL, 7);
      default -> EmbeddingRequest.read(request, MODEL);
    };
  }

  /** Some bytes are other bytes, are gone, or are there twice. */
  private byte[] garbled(String seed) {
    StringBuilder text = new StringBuilder(seed);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.setCharAt(at, (char) random.nextInt(256));
        case 1 -> text.deleteCharAt(at);
        default -> text.insert(at, text.substring(at, Math.min(text.length(), at + 5)));
      }
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Some values are other values, are gone, or are under another name. */
  private byte[] changed(String seed) {
    JsonNode tree = Json.event(seed);
    for (int i = random.nextInt(2); i >= 0; i--) {
      List<JsonNode> containers = new ArrayList<>();
      collect(tree, containers);
      JsonNode value = Json.event(VALUES[random.nextInt(VALUES.length)]);
      JsonNode container = containers.get(random.nextInt(containers.size()));
      if (container instanceof ObjectNode object) {
        List<String> names = new ArrayList<>(object.propertyNames());
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(4)) {
          case 0 -> object.remove(name);
          case 1 -> object.set("new", value);
          default -> object.set(name, value);
        }
      } else if (container instanceof ArrayNode array) {
        if (random.nextBoolean()) {
          array.add(value);
        } else {
          array.set(random.nextInt(array.size()), value);
        }
      }
    }
    return Json.text(tree).getBytes(StandardCharsets.UTF_8);
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (!node.isEmpty()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }
}
