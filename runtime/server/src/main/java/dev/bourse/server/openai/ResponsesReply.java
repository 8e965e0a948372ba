package dev.bourse.server.openai;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A {@code response}, and the events by which it is streamed. */
final class ResponsesReply implements Reply {
  private final String id;
  private final ModelCard model;
  private final long created;
  private final JsonNode request;
  private final boolean logprobs;
  private final ArrayNode output = Json.NODES.arrayNode();
  private final StringBuilder text = new StringBuilder();
  private final ArrayNode tokens = Json.NODES.arrayNode();
  private @Nullable ObjectNode open;
  private @Nullable ObjectNode usage;
  private @Nullable ObjectNode extension;
  private String status = "in_progress";
  private int sequence;

  /**
   * A reply.
   *
   * @param request some of whose members are told again
   */
  ResponsesReply(String id, ModelCard model, long created, JsonNode request, boolean logprobs) {
    this.id = id;
    this.model = model;
    this.created = created;
    this.request = request;
    this.logprobs = logprobs;
  }

  @Override
  public boolean namesEvents() {
    return true;
  }

  /** A stream ends with {@code response.completed}. */
  @Override
  public String last() {
    return "";
  }

  @Override
  public void accept(JsonNode event, Consumer<ObjectNode> chunks) {
    switch (event.path("type").asString("")) {
      case "start" -> {
        chunks.accept(withResponse("response.created"));
        chunks.accept(withResponse("response.in_progress"));
      }
      case "text" -> text("message", event, chunks);
      case "thought" -> text("reasoning", event, chunks);
      case "call" -> call(event, chunks);
      case "finish" -> {
        closeItem(chunks);
        status = event.path("reason").asString("").equals("length") ? "incomplete" : "completed";
      }
      case "usage" -> {
        usage = Usage.response(event);
        extension = Usage.extension(event);
        chunks.accept(withResponse("response." + status));
      }
      default -> throw new IllegalStateException("an event that nobody knows: " + event);
    }
  }

  /** The inferlet speaks of what it was given, and not of what the client wrote. */
  @Override
  public ApiException refusal(JsonNode event) {
    JsonNode previous = request.path("previous_response_id");
    if (event.path("code").asString("").equals("snapshot_not_found") && previous.isString()) {
      return ResponsesRequest.unknownResponse(previous.stringValue());
    }
    ObjectNode translated = (ObjectNode) event.deepCopy();
    switch (event.path("param").asString("")) {
      case "messages" -> translated.put("param", "input");
      case "response_format" -> translated.put("param", "text.format");
      default -> {}
    }
    return Refusals.of(translated);
  }

  private ObjectNode event(String type) {
    return Json.object().put("type", type).put("sequence_number", sequence++);
  }

  private ObjectNode withResponse(String type) {
    ObjectNode event = event(type);
    event.set("response", result());
    return event;
  }

  /** An event about the item that is being made. */
  private ObjectNode about(String type, ObjectNode item) {
    return event(type)
        .put("item_id", item.path("id").stringValue())
        .put("output_index", output.size());
  }

  private void text(String kind, JsonNode event, Consumer<ObjectNode> chunks) {
    ObjectNode item = open;
    if (item == null || !item.path("type").asString("").equals(kind)) {
      closeItem(chunks);
      item = openItem(kind, chunks);
    }
    String piece = event.path("text").stringValue();
    text.append(piece);
    ObjectNode delta =
        about("response." + partType(kind) + ".delta", item)
            .put("content_index", 0)
            .put("delta", piece);
    if (kind.equals("message")) {
      ArrayNode told = ChatReply.logprobs(event);
      tokens.addAll(told);
      delta.set("logprobs", logprobs ? told : Json.NODES.arrayNode());
    }
    chunks.accept(delta);
  }

  private static String partType(String kind) {
    return kind.equals("message") ? "output_text" : "reasoning_text";
  }

  private ObjectNode openItem(String kind, Consumer<ObjectNode> chunks) {
    boolean message = kind.equals("message");
    ObjectNode item =
        Json.object()
            .put("type", kind)
            .put("id", Ids.next(message ? "msg_" : "rs_"))
            .put("status", "in_progress");
    if (message) {
      item.put("role", "assistant");
    } else {
      item.putArray("summary");
    }
    item.putArray("content");
    open = item;
    added(item, chunks);
    chunks.accept(
        about("response.content_part.added", item)
            .put("content_index", 0)
            .set("part", part(kind, "")));
    return item;
  }

  private void added(ObjectNode item, Consumer<ObjectNode> chunks) {
    chunks.accept(
        event("response.output_item.added")
            .put("output_index", output.size())
            .set("item", item.deepCopy()));
  }

  private ObjectNode part(String kind, String said) {
    ObjectNode part = Json.object().put("type", partType(kind)).put("text", said);
    if (kind.equals("message")) {
      part.putArray("annotations");
      part.set("logprobs", logprobs ? tokens.deepCopy() : Json.NODES.arrayNode());
    }
    return part;
  }

  private void closeItem(Consumer<ObjectNode> chunks) {
    ObjectNode item = open;
    if (item == null) {
      return;
    }
    String kind = item.path("type").stringValue();
    ObjectNode part = part(kind, text.toString());
    ObjectNode done =
        about("response." + partType(kind) + ".done", item)
            .put("content_index", 0)
            .put("text", text.toString());
    if (kind.equals("message")) {
      done.set("logprobs", part.path("logprobs").deepCopy());
    }
    chunks.accept(done);
    chunks.accept(
        about("response.content_part.done", item).put("content_index", 0).set("part", part));
    ((ArrayNode) item.path("content")).add(part);
    finished(item, chunks);
    open = null;
    text.setLength(0);
    tokens.removeAll();
  }

  private void finished(ObjectNode item, Consumer<ObjectNode> chunks) {
    item.put("status", "completed");
    chunks.accept(
        event("response.output_item.done")
            .put("output_index", output.size())
            .set("item", item.deepCopy()));
    output.add(item);
  }

  private void call(JsonNode event, Consumer<ObjectNode> chunks) {
    closeItem(chunks);
    String name = event.path("name").stringValue();
    String arguments = event.path("arguments").stringValue();
    ObjectNode item =
        Json.object()
            .put("type", "function_call")
            .put("id", Ids.next("fc_"))
            .put("call_id", Ids.call(name))
            .put("name", name)
            .put("arguments", "")
            .put("status", "in_progress");
    added(item, chunks);
    chunks.accept(about("response.function_call_arguments.delta", item).put("delta", arguments));
    chunks.accept(
        about("response.function_call_arguments.done", item)
            .put("name", name)
            .put("arguments", arguments));
    item.put("arguments", arguments);
    finished(item, chunks);
  }

  @Override
  public ObjectNode result() {
    ObjectNode result =
        Json.object()
            .put("id", id)
            .put("object", "response")
            .put("created_at", created)
            .put("status", status)
            .put("background", false)
            .putNull("error");
    if (status.equals("incomplete")) {
      result.putObject("incomplete_details").put("reason", "max_output_tokens");
    } else {
      result.putNull("incomplete_details");
    }
    echo(result, "instructions", Json.NODES.nullNode());
    echo(result, "max_output_tokens", Json.NODES.nullNode());
    result.put("model", model.name());
    result.set("output", output.deepCopy());
    echo(result, "parallel_tool_calls", Json.NODES.booleanNode(true));
    echo(result, "previous_response_id", Json.NODES.nullNode());
    result.putObject("reasoning").putNull("effort").putNull("summary");
    result.put("service_tier", "default");
    result.put("store", isStored());
    echo(result, "temperature", Json.NODES.numberNode(1.0));
    ObjectNode plain = Json.object();
    plain.putObject("format").put("type", "text");
    echo(result, "text", plain);
    echo(result, "tool_choice", Json.NODES.stringNode("auto"));
    echo(result, "tools", Json.NODES.arrayNode());
    echo(result, "top_p", Json.NODES.numberNode(1.0));
    result.put("truncation", "disabled");
    result.set("usage", usage == null ? Json.NODES.nullNode() : usage);
    for (String name : List.of("user", "metadata")) {
      echo(result, name, name.equals("user") ? Json.NODES.nullNode() : Json.object());
    }
    if (extension != null) {
      result.set(Extension.NAME, extension);
    }
    return result;
  }

  /** Once it is known what was saved, that is what counts. */
  private boolean isStored() {
    ObjectNode known = extension;
    return known == null ? request.path("store").asBoolean(true) : known.has("saved_as");
  }

  private void echo(ObjectNode result, String name, JsonNode fallback) {
    JsonNode given = request.path(name);
    result.set(name, given.isMissingNode() || given.isNull() ? fallback : given);
  }
}
