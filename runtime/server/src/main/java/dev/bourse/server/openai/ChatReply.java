package dev.bourse.server.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code chat.completion} and {@code chat.completion.chunk}. */
final class ChatReply implements Reply {
  private final String id = Ids.next("chatcmpl-");
  private final ModelCard model;
  private final long created;
  private final boolean logprobs;
  private final boolean includesUsage;
  private final List<Choice> choices = new ArrayList<>();
  private ObjectNode usage = Json.object();
  private ObjectNode extension = Json.object();

  /** One of the answers, as far as it has come. */
  private static final class Choice {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thought = new StringBuilder();
    private final ArrayNode calls = Json.NODES.arrayNode();
    private final ArrayNode logprobs = Json.NODES.arrayNode();
    private String reason = "stop";
  }

  /**
   * A reply.
   *
   * @param created in seconds since the epoch
   * @param choices how many answers there will be
   * @param logprobs whether they were asked for
   * @param includesUsage whether a stream ends with the usage
   */
  ChatReply(ModelCard model, long created, int choices, boolean logprobs, boolean includesUsage) {
    this.model = model;
    this.created = created;
    this.logprobs = logprobs;
    this.includesUsage = includesUsage;
    for (int i = 0; i < choices; i++) {
      this.choices.add(new Choice());
    }
  }

  @Override
  public void accept(JsonNode event, Consumer<ObjectNode> chunks) {
    int index = event.path("choice").asInt(0);
    Choice choice = choices.get(index);
    switch (event.path("type").asString("")) {
      case "start" -> {
        for (int i = 0; i < choices.size(); i++) {
          ObjectNode delta = Json.object().put("role", "assistant").put("content", "");
          chunks.accept(chunk(i, delta, null, null));
        }
      }
      case "text" -> {
        String text = event.path("text").stringValue();
        choice.text.append(text);
        ArrayNode tokens = logprobs(event);
        choice.logprobs.addAll(tokens);
        chunks.accept(chunk(index, Json.object().put("content", text), tokens, null));
      }
      case "thought" -> {
        String text = event.path("text").stringValue();
        choice.thought.append(text);
        chunks.accept(chunk(index, Json.object().put("reasoning_content", text), null, null));
      }
      case "call" -> call(index, choice, event, chunks);
      case "finish" -> {
        choice.reason = event.path("reason").stringValue();
        chunks.accept(chunk(index, Json.object(), null, choice.reason));
      }
      case "usage" -> {
        usage = Usage.chat(event);
        extension = Usage.extension(event);
        if (includesUsage) {
          ObjectNode chunk = envelope("chat.completion.chunk");
          chunk.putArray("choices");
          chunk.set("usage", usage);
          chunk.set(Extension.NAME, extension);
          chunks.accept(chunk);
        }
      }
      default -> throw new IllegalStateException("an event that nobody knows: " + event);
    }
  }

  /** Logprobs as OpenAI names their parts. */
  static ArrayNode logprobs(JsonNode event) {
    ArrayNode tokens = Json.NODES.arrayNode();
    for (JsonNode token : event.path("logprobs")) {
      ObjectNode each = token(token);
      ArrayNode top = each.putArray("top_logprobs");
      token.path("top").forEach(other -> top.add(token(other)));
      tokens.add(each);
    }
    return tokens;
  }

  private static ObjectNode token(JsonNode token) {
    ObjectNode each = Json.object();
    each.set("token", token.path("token"));
    each.set("logprob", token.path("logprob"));
    each.set("bytes", token.path("bytes"));
    return each;
  }

  /** The name and the arguments come in a chunk each, as clients expect it. */
  private void call(int index, Choice choice, JsonNode event, Consumer<ObjectNode> chunks) {
    String name = event.path("name").stringValue();
    String arguments = event.path("arguments").stringValue();
    int number = choice.calls.size();
    ObjectNode call = Json.object().put("id", Ids.call(name)).put("type", "function");
    call.putObject("function").put("name", name).put("arguments", arguments);
    choice.calls.add(call);
    ObjectNode head = Json.object().put("index", number);
    head.setAll(call.deepCopy());
    ((ObjectNode) head.path("function")).put("arguments", "");
    ObjectNode rest = Json.object().put("index", number);
    rest.putObject("function").put("arguments", arguments);
    for (ObjectNode part : List.of(head, rest)) {
      ObjectNode delta = Json.object();
      delta.putArray("tool_calls").add(part);
      chunks.accept(chunk(index, delta, null, null));
    }
  }

  private ObjectNode chunk(
      int index, ObjectNode delta, @Nullable ArrayNode tokens, @Nullable String reason) {
    ObjectNode chunk = envelope("chat.completion.chunk");
    ObjectNode choice = Json.object().put("index", index);
    choice.set("delta", delta);
    choice.set("logprobs", logprobsOf(tokens));
    choice.put("finish_reason", reason);
    chunk.putArray("choices").add(choice);
    if (includesUsage) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private JsonNode logprobsOf(@Nullable ArrayNode tokens) {
    if (!logprobs || tokens == null) {
      return Json.NODES.nullNode();
    }
    ObjectNode object = Json.object();
    object.set("content", tokens);
    return object.putNull("refusal");
  }

  private ObjectNode envelope(String type) {
    return Json.object()
        .put("id", id)
        .put("object", type)
        .put("created", created)
        .put("model", model.name())
        .put("service_tier", "default")
        .put("system_fingerprint", model.fingerprint());
  }

  @Override
  public ObjectNode result() {
    ObjectNode result = envelope("chat.completion");
    ArrayNode list = result.putArray("choices");
    for (int i = 0; i < choices.size(); i++) {
      Choice choice = choices.get(i);
      ObjectNode message = Json.object().put("role", "assistant");
      boolean silent = choice.text.isEmpty() && !choice.calls.isEmpty();
      message.put("content", silent ? null : choice.text.toString());
      message.putNull("refusal");
      message.putArray("annotations");
      if (!choice.thought.isEmpty()) {
        message.put("reasoning_content", choice.thought.toString());
      }
      if (!choice.calls.isEmpty()) {
        message.set("tool_calls", choice.calls);
      }
      ObjectNode each = Json.object().put("index", i);
      each.set("message", message);
      each.set("logprobs", logprobsOf(choice.logprobs));
      each.put("finish_reason", choice.reason);
      list.add(each);
    }
    result.set("usage", usage);
    result.set(Extension.NAME, extension);
    return result;
  }
}
