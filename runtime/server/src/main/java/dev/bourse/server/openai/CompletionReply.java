package dev.bourse.server.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code text_completion}. */
final class CompletionReply implements Reply {
  private final String id = Ids.next("cmpl-");
  private final ModelCard model;
  private final long created;
  private final boolean logprobs;
  private final boolean includesUsage;
  private final List<Choice> choices = new ArrayList<>();
  private ObjectNode usage = Json.object();
  private ObjectNode extension = Json.object();

  private static final class Choice {
    private final StringBuilder text = new StringBuilder();
    private final ObjectNode logprobs = emptyLogprobs();
    private int tokenChars;
    private String reason = "stop";
  }

  /** A reply; see {@link ChatReply}. */
  CompletionReply(
      ModelCard model, long created, int choices, boolean logprobs, boolean includesUsage) {
    this.model = model;
    this.created = created;
    this.logprobs = logprobs;
    this.includesUsage = includesUsage;
    for (int i = 0; i < choices; i++) {
      this.choices.add(new Choice());
    }
  }

  private static ObjectNode emptyLogprobs() {
    ObjectNode logprobs = Json.object();
    for (String name : List.of("tokens", "token_logprobs", "top_logprobs", "text_offset")) {
      logprobs.putArray(name);
    }
    return logprobs;
  }

  @Override
  public void accept(JsonNode event, Consumer<ObjectNode> chunks) {
    int index = event.path("choice").asInt(0);
    Choice choice = choices.get(index);
    switch (event.path("type").asString("")) {
      case "start" -> {}
      case "text" -> {
        String text = event.path("text").stringValue();
        choice.text.append(text);
        ObjectNode tokens = emptyLogprobs();
        event.path("logprobs").forEach(token -> add(tokens, token, choice));
        for (String name : tokens.propertyNames()) {
          ((ArrayNode) choice.logprobs.path(name)).addAll((ArrayNode) tokens.path(name));
        }
        chunks.accept(chunk(index, text, tokens, null));
      }
      case "finish" -> {
        choice.reason = event.path("reason").stringValue();
        chunks.accept(chunk(index, "", null, choice.reason));
      }
      case "usage" -> {
        usage = Usage.chat(event);
        extension = Usage.extension(event);
        if (includesUsage) {
          ObjectNode chunk = envelope();
          chunk.putArray("choices");
          chunk.set("usage", usage);
          chunk.set(Extension.NAME, extension);
          chunks.accept(chunk);
        }
      }
      default -> throw new IllegalStateException("an event that nobody knows: " + event);
    }
  }

  private static void add(ObjectNode tokens, JsonNode token, Choice choice) {
    String text = token.path("token").stringValue();
    ((ArrayNode) tokens.path("tokens")).add(text);
    ((ArrayNode) tokens.path("token_logprobs")).add(token.path("logprob"));
    ((ArrayNode) tokens.path("text_offset")).add(choice.tokenChars);
    choice.tokenChars += text.length();
    ObjectNode top = Json.object();
    token
        .path("top")
        .forEach(each -> top.set(each.path("token").stringValue(), each.path("logprob")));
    ((ArrayNode) tokens.path("top_logprobs")).add(top);
  }

  private ObjectNode chunk(
      int index, String text, @Nullable ObjectNode tokens, @Nullable String reason) {
    ObjectNode chunk = envelope();
    chunk.putArray("choices").add(choice(index, text, tokens, reason));
    if (includesUsage) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private ObjectNode choice(
      int index, String text, @Nullable ObjectNode tokens, @Nullable String reason) {
    ObjectNode choice = Json.object().put("text", text).put("index", index);
    choice.set("logprobs", logprobs && tokens != null ? tokens : Json.NODES.nullNode());
    return choice.put("finish_reason", reason);
  }

  private ObjectNode envelope() {
    return Json.object()
        .put("id", id)
        .put("object", "text_completion")
        .put("created", created)
        .put("model", model.name())
        .put("system_fingerprint", model.fingerprint());
  }

  @Override
  public ObjectNode result() {
    ObjectNode result = envelope();
    ArrayNode list = result.putArray("choices");
    for (int i = 0; i < choices.size(); i++) {
      Choice choice = choices.get(i);
      list.add(choice(i, choice.text.toString(), choice.logprobs, choice.reason));
    }
    result.set("usage", usage);
    result.set(Extension.NAME, extension);
    return result;
  }
}
