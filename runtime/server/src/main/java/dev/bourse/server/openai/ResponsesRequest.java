package dev.bourse.server.openai;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /v1/responses}. */
final class ResponsesRequest {
  /** What snapshots of responses are called, before the response's id. */
  static final String SNAPSHOTS = "responses/";

  private static final String LOGPROBS = "message.output_text.logprobs";
  private static final long KEEP_SECONDS = 30L * 24 * 60 * 60;

  private static final Set<String> IGNORED =
      Set.of(
          "metadata",
          "user",
          "service_tier",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "reasoning",
          "max_tool_calls",
          "stream_options");

  private static final Map<String, String> REFUSED =
      Map.of(
          "conversation", "Conversations are not kept here: use 'previous_response_id'.",
          "prompt", "There are no prompt templates here: send 'input' and 'instructions'.",
          "context_management", "The context is not compacted here.");

  private static final Set<String> KNOWN = known();

  private ResponsesRequest() {}

  private static Set<String> known() {
    Set<String> known = new TreeSet<>(IGNORED);
    known.addAll(
        Set.of(
            "model",
            "input",
            "instructions",
            "previous_response_id",
            "store",
            "background",
            "truncation",
            "stream",
            "include",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "text",
            "temperature",
            "top_p",
            "top_logprobs",
            "max_output_tokens",
            Extension.NAME));
    return known;
  }

  static Job read(Members request, ModelCard model, long now) {
    ChatRequest.refuse(request, REFUSED);
    request.only(KNOWN);
    if (request.flag("background", false)) {
      throw ApiException.unsupported("background", "Background responses are not supported.");
    }
    if (!request.text("truncation").orElse("disabled").equals("disabled")) {
      throw ApiException.unsupported(
          "truncation", "Only 'disabled' is supported: nothing of a conversation is dropped.");
    }
    ObjectNode input = model.input();
    ArrayNode turns = input.putArray("messages");
    request
        .text("instructions")
        .ifPresent(text -> turns.addObject().put("role", "system").put("content", text));
    input(request, turns);
    request.number("temperature", 0, 2).ifPresent(t -> input.put("temperature", t));
    request.number("top_p", 0, 1).ifPresent(p -> input.put("top_p", p));
    request
        .integer("max_output_tokens", 1, Integer.MAX_VALUE)
        .ifPresent(max -> input.put("max_tokens", max));
    ToolFields.copy(request, false, input);
    request
        .object("text")
        .map(text -> text.only(Set.of("format", "verbosity")))
        .flatMap(text -> text.object("format"))
        .ifPresent(format -> TextFormat.copy(format, false, input));
    boolean logprobs = logprobs(request, input);
    String id = Ids.next("resp_");
    Extension extension = Extension.of(request, true);
    names(request, extension, id, input);
    boolean stream = request.flag("stream", false);
    return new Job(
        extension.launch(ChatRequest.INFERLET, input),
        new ResponsesReply(id, model, now, request.json(), logprobs),
        stream);
  }

  /** A response is kept as a snapshot, which the next one forks. */
  private static void names(Members request, Extension extension, String id, ObjectNode input) {
    Optional<String> previous = request.text("previous_response_id");
    if (previous.isPresent() && extension.snapshot().isPresent()) {
      throw ApiException.invalid(
          "previous_response_id",
          "invalid_value",
          "Either 'previous_response_id' or 'bourse.snapshot', not both.");
    }
    previous.ifPresent(
        before -> {
          if (!before.matches("resp_[0-9a-f]{1,64}")) {
            throw unknownResponse(before);
          }
          input.put("open", SNAPSHOTS + before);
        });
    extension.addNamesTo(input);
    if (extension.saveAs().isEmpty() && request.flag("store", true)) {
      input.put("save_as", SNAPSHOTS + id).put("keep_seconds", KEEP_SECONDS);
    }
  }

  static ApiException unknownResponse(String id) {
    return ApiException.invalid(
        "previous_response_id",
        "previous_response_not_found",
        "Previous response with id '%s' not found.".formatted(id));
  }

  private static boolean logprobs(Members request, ObjectNode input) {
    boolean wanted = request.has("top_logprobs");
    for (Members.Element include : request.list("include")) {
      wanted |= include.text().equals(LOGPROBS);
    }
    Optional<Long> top = request.integer("top_logprobs", 0, 20);
    if (wanted) {
      input.put("top_logprobs", top.orElse(0L));
    }
    return wanted;
  }

  private static void input(Members request, ArrayNode turns) {
    JsonNode given = request.required("input");
    if (given.isString()) {
      turns.addObject().put("role", "user").put("content", given.stringValue());
      return;
    }
    List<Members.Element> items = request.list("input");
    if (items.isEmpty()) {
      throw ApiException.invalid("input", "empty_array", "Invalid 'input': empty array.");
    }
    Map<String, String> called = new HashMap<>();
    for (Members.Element each : items) {
      item(each.members(), turns, called);
    }
  }

  private static void item(Members item, ArrayNode turns, Map<String, String> called) {
    switch (item.text("type").orElse("message")) {
      case "message" -> message(item, turns);
      case "function_call" -> call(item, turns, called);
      case "function_call_output" -> {
        item.only(Set.of("type", "id", "call_id", "output", "status"));
        String id = item.requiredText("call_id");
        turns
            .addObject()
            .put("role", "tool")
            .put("name", ChatRequest.function(id, called, item.path("call_id")))
            .put("content", Content.text(item, "output"));
      }
      // What it thought is not told again, as templates have it.
      case "reasoning" -> {}
      case String other ->
          throw ApiException.unsupported(
              item.path("type"), "Items of the type '%s' are not supported.".formatted(other));
    }
  }

  private static void message(Members item, ArrayNode turns) {
    item.only(Set.of("type", "id", "status", "role", "content", "phase"));
    String role = item.requiredText("role");
    String ours =
        switch (role) {
          case "system", "developer" -> "system";
          case "user", "assistant" -> role;
          default ->
              throw ApiException.invalid(
                  item.path("role"),
                  "invalid_value",
                  "Invalid value: '%s'. Supported values are: 'assistant', 'system', 'developer',"
                          .formatted(role)
                      + " and 'user'.");
        };
    turns.addObject().put("role", ours).put("content", Content.required(item));
  }

  /** Calls that follow each other, or a text, are one turn of the model's. */
  private static void call(Members item, ArrayNode turns, Map<String, String> called) {
    item.only(Set.of("type", "id", "call_id", "name", "arguments", "status"));
    String name = item.requiredText("name");
    called.put(item.requiredText("call_id"), name);
    JsonNode call =
        ChatRequest.arguments(name, item.requiredText("arguments"), item.path("arguments"));
    JsonNode last = turns.isEmpty() ? Json.object() : turns.get(turns.size() - 1);
    ObjectNode turn =
        last.path("role").asString("").equals("assistant")
            ? (ObjectNode) last
            : turns.addObject().put("role", "assistant").put("content", "");
    ArrayNode calls = turn.has("calls") ? (ArrayNode) turn.path("calls") : turn.putArray("calls");
    calls.add(call);
  }
}
