package dev.bourse.server.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Events of an inferlet, and what clients see of them. */
class ReplyTest {
  private static final ModelCard MODEL = new ModelCard("m", 1024, "fp_1");
  private static final String USAGE =
      """
      {"type":"usage","prompt_tokens":9,"cached_tokens":4,"completion_tokens":3,
       "reasoning_tokens":1,"receipt":{"computed":8},"saved_as":null}""";

  private static List<ObjectNode> accept(Reply reply, String... events) {
    List<ObjectNode> chunks = new ArrayList<>();
    for (String event : events) {
      reply.accept(Json.event(event), chunks::add);
    }
    return chunks;
  }

  private static JsonNode delta(ObjectNode chunk) {
    return chunk.path("choices").path(0).path("delta");
  }

  @Test
  void aChatThatThinksSpeaksAndCalls() {
    ChatReply reply = new ChatReply(MODEL, 7, 1, false, false);
    List<ObjectNode> chunks =
        accept(
            reply,
            "{\"type\":\"start\"}",
            "{\"type\":\"thought\",\"choice\":0,\"text\":\"hm\"}",
            "{\"type\":\"text\",\"choice\":0,\"text\":\"I look.\"}",
            "{\"type\":\"call\",\"choice\":0,\"index\":0,\"name\":\"f\",\"arguments\":\"{}\"}",
            "{\"type\":\"finish\",\"choice\":0,\"reason\":\"tool_calls\"}",
            USAGE);
    assertThat(chunks).hasSize(6);
    assertThat(delta(chunks.get(0)).path("role").stringValue()).isEqualTo("assistant");
    assertThat(delta(chunks.get(1)).path("reasoning_content").stringValue()).isEqualTo("hm");
    assertThat(delta(chunks.get(2)).path("content").stringValue()).isEqualTo("I look.");
    JsonNode head = delta(chunks.get(3)).path("tool_calls").path(0);
    assertThat(head.path("index").intValue()).isZero();
    assertThat(head.path("function").path("arguments").stringValue()).isEmpty();
    assertThat(
            delta(chunks.get(4))
                .path("tool_calls")
                .path(0)
                .path("function")
                .path("arguments")
                .stringValue())
        .isEqualTo("{}");
    ObjectNode result = reply.result();
    JsonNode message = result.path("choices").path(0).path("message");
    assertThat(message.path("content").stringValue()).isEqualTo("I look.");
    assertThat(message.path("reasoning_content").stringValue()).isEqualTo("hm");
    assertThat(message.path("tool_calls").path(0).path("id")).isEqualTo(head.path("id"));
    assertThat(message.path("tool_calls").path(0).path("function").path("arguments").stringValue())
        .isEqualTo("{}");
    assertThat(result.path("usage").path("total_tokens").intValue()).isEqualTo(12);
    assertThat(result.path("usage").path("prompt_tokens_details").path("cached_tokens").intValue())
        .isEqualTo(4);
    assertThat(result.path("bourse").path("receipt").path("computed").intValue()).isEqualTo(8);
    assertThat(result.path("id")).isEqualTo(chunks.getFirst().path("id"));
  }

  @Test
  void choicesAreKeptApart() {
    ChatReply reply = new ChatReply(MODEL, 7, 2, false, true);
    List<ObjectNode> chunks =
        accept(
            reply,
            "{\"type\":\"start\"}",
            "{\"type\":\"text\",\"choice\":1,\"text\":\"b\"}",
            "{\"type\":\"text\",\"choice\":0,\"text\":\"a\"}",
            "{\"type\":\"finish\",\"choice\":1,\"reason\":\"length\"}",
            "{\"type\":\"finish\",\"choice\":0,\"reason\":\"stop\"}",
            USAGE);
    assertThat(chunks).hasSize(7).allMatch(chunk -> chunk.has("usage"));
    assertThat(chunks.get(2).path("usage").isNull()).isTrue();
    JsonNode choices = reply.result().path("choices");
    assertThat(choices.path(0).path("message").path("content").stringValue()).isEqualTo("a");
    assertThat(choices.path(1).path("message").path("content").stringValue()).isEqualTo("b");
    assertThat(choices.path(1).path("finish_reason").stringValue()).isEqualTo("length");
  }

  @Test
  void aResponseThatThinksSpeaksAndCalls() {
    ResponsesReply reply =
        new ResponsesReply("resp_1", MODEL, 7, Json.event("{\"metadata\":{\"a\":\"b\"}}"), false);
    List<ObjectNode> events =
        accept(
            reply,
            "{\"type\":\"start\"}",
            "{\"type\":\"thought\",\"choice\":0,\"text\":\"hm\"}",
            "{\"type\":\"text\",\"choice\":0,\"text\":\"I \"}",
            "{\"type\":\"text\",\"choice\":0,\"text\":\"look.\"}",
            "{\"type\":\"call\",\"choice\":0,\"index\":0,\"name\":\"f\",\"arguments\":\"{}\"}",
            "{\"type\":\"finish\",\"choice\":0,\"reason\":\"tool_calls\"}",
            USAGE);
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).path("sequence_number").intValue()).isEqualTo(i);
    }
    assertThat(events.stream().map(event -> event.path("type").stringValue()))
        .containsSubsequence(
            "response.created",
            "response.output_item.added",
            "response.reasoning_text.delta",
            "response.reasoning_text.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "response.output_item.done",
            "response.completed");
    ObjectNode result = reply.result();
    JsonNode output = result.path("output");
    assertThat(output.path(0).path("type").stringValue()).isEqualTo("reasoning");
    assertThat(output.path(1).path("content").path(0).path("text").stringValue())
        .isEqualTo("I look.");
    assertThat(output.path(2).path("arguments").stringValue()).isEqualTo("{}");
    assertThat(output.path(2).path("call_id").stringValue()).endsWith("_f");
    assertThat(result.path("metadata").path("a").stringValue()).isEqualTo("b");
    assertThat(result.path("store").booleanValue()).as("it was not saved").isFalse();
    assertThat(
            result.path("usage").path("output_tokens_details").path("reasoning_tokens").intValue())
        .isEqualTo(1);
  }

  @Test
  void aResponseThatWasCutOffIsIncomplete() {
    ResponsesReply reply = new ResponsesReply("resp_1", MODEL, 7, Json.object(), false);
    List<ObjectNode> events =
        accept(
            reply,
            "{\"type\":\"start\"}",
            "{\"type\":\"finish\",\"choice\":0,\"reason\":\"length\"}",
            USAGE);
    assertThat(events.getLast().path("type").stringValue()).isEqualTo("response.incomplete");
    assertThat(reply.result().path("incomplete_details").path("reason").stringValue())
        .isEqualTo("max_output_tokens");
  }

  @Test
  void anEventThatNobodyKnowsIsNoAnswer() {
    for (Reply reply :
        List.of(
            new ChatReply(MODEL, 7, 1, false, false),
            new CompletionReply(MODEL, 7, 1, false, false),
            new ResponsesReply("r", MODEL, 7, Json.object(), false))) {
      assertThatThrownBy(() -> accept(reply, "{\"type\":\"strange\"}"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("strange");
    }
  }
}
