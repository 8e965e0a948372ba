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

/** {@code POST /v1/chat/completions}. */
final class ChatRequest {
  static final String INFERLET = "openai-chat";

  private static final int TOP_LOGPROBS_MAX = 20;

  /** Taken and without effect: they concern OpenAI's own services, or are mere hints. */
  private static final Set<String> IGNORED =
      Set.of(
          "user",
          "metadata",
          "store",
          "service_tier",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "reasoning_effort",
          "verbosity",
          "prediction");

  private static final Map<String, String> REFUSED =
      Map.of(
          "audio", "Audio is not supported: this server answers with text.",
          "functions", "'functions' is not supported: use 'tools'.",
          "function_call", "'function_call' is not supported: use 'tool_choice'.",
          "web_search_options", "Searching the web is not supported: offer a tool for it.");

  private static final Set<String> KNOWN = known();

  private ChatRequest() {}

  private static Set<String> known() {
    Set<String> known = new TreeSet<>(IGNORED);
    known.addAll(Sampling.NAMES);
    known.addAll(
        Set.of(
            "model",
            "messages",
            "stream",
            "stream_options",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "response_format",
            "logprobs",
            "top_logprobs",
            "max_tokens",
            "max_completion_tokens",
            "modalities",
            Extension.NAME));
    return known;
  }

  /** Refuses what OpenAI knows and this server does not, with the reason. */
  static void refuse(Members request, Map<String, String> refused) {
    refused.forEach(
        (name, reason) -> {
          if (request.has(name)) {
            throw ApiException.unsupported(name, reason);
          }
        });
  }

  static Job read(Members request, ModelCard model, long now) {
    refuse(request, REFUSED);
    request.only(KNOWN);
    for (Members.Element modality : request.list("modalities")) {
      if (!modality.text().equals("text")) {
        throw ApiException.unsupported("modalities", "This server answers with text only.");
      }
    }
    ObjectNode input = model.input();
    messages(request, input.putArray("messages"));
    Sampling.copy(request, input);
    ToolFields.copy(request, true, input);
    request.object("response_format").ifPresent(format -> TextFormat.copy(format, true, input));
    request
        .integer("max_completion_tokens", 1, Integer.MAX_VALUE)
        .or(() -> request.integer("max_tokens", 1, Integer.MAX_VALUE))
        .ifPresent(max -> input.put("max_tokens", max));
    boolean logprobs = logprobs(request, input);
    Extension extension = Extension.of(request, true);
    extension.addNamesTo(input);
    boolean stream = request.flag("stream", false);
    ChatReply reply =
        new ChatReply(
            model, now, Sampling.choices(request), logprobs, includesUsage(request, stream));
    return new Job(extension.launch(INFERLET, input), reply, stream);
  }

  private static boolean logprobs(Members request, ObjectNode input) {
    boolean wanted = request.flag("logprobs", false);
    Optional<Long> top = request.integer("top_logprobs", 0, TOP_LOGPROBS_MAX);
    if (top.isPresent() && !wanted) {
      throw ApiException.invalid(
          "top_logprobs",
          "invalid_value",
          "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.");
    }
    if (wanted) {
      input.put("top_logprobs", top.orElse(0L));
    }
    return wanted;
  }

  /** Whether a stream tells its usage at the end. */
  static boolean includesUsage(Members request, boolean stream) {
    Optional<Members> options = request.object("stream_options");
    if (options.isPresent() && !stream) {
      throw ApiException.invalid(
          "stream_options",
          "invalid_value",
          "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
    }
    return options
        .map(each -> each.only(Set.of("include_usage", "include_obfuscation")))
        .map(each -> each.flag("include_usage", false))
        .orElse(false);
  }

  private static void messages(Members request, ArrayNode turns) {
    request.required("messages");
    List<Members.Element> messages = request.list("messages");
    if (messages.isEmpty()) {
      throw ApiException.invalid(
          "messages",
          "empty_array",
          "Invalid 'messages': empty array. Expected an array with minimum length 1.");
    }
    Map<String, String> called = new HashMap<>();
    for (Members.Element each : messages) {
      turns.add(turn(each.members(), called));
    }
  }

  private static ObjectNode turn(Members message, Map<String, String> called) {
    String role = message.requiredText("role");
    ObjectNode turn = Json.object();
    switch (role) {
      case "system", "developer" ->
          turn.put("role", "system")
              .put("content", Content.required(message.only(Set.of("role", "content", "name"))));
      case "user" ->
          turn.put("role", "user")
              .put("content", Content.required(message.only(Set.of("role", "content", "name"))));
      case "assistant" -> assistant(message, turn, called);
      case "tool" -> {
        message.only(Set.of("role", "content", "tool_call_id"));
        String id = message.requiredText("tool_call_id");
        turn.put("role", "tool")
            .put("name", function(id, called, message.path("tool_call_id")))
            .put("content", Content.required(message));
      }
      default ->
          throw ApiException.invalid(
              message.path("role"),
              "invalid_value",
              "Invalid value: '%s'. Supported values are: 'system', 'developer', 'user', 'assistant',"
                      .formatted(role)
                  + " and 'tool'.");
    }
    return turn;
  }

  /** The function that was called under an id: as this conversation says, or the id itself. */
  static String function(String id, Map<String, String> called, String path) {
    String name = called.get(id);
    return name != null
        ? name
        : Ids.calledFunction(id)
            .orElseThrow(
                () ->
                    ApiException.invalid(
                        path,
                        "invalid_value",
                        "The result of a tool must follow the call of that id, and there is no"
                            + " call '%s' before it.".formatted(id)));
  }

  private static void assistant(Members message, ObjectNode turn, Map<String, String> called) {
    message.only(
        Set.of(
            "role",
            "content",
            "name",
            "tool_calls",
            "refusal",
            "reasoning_content",
            "audio",
            "annotations",
            "function_call"));
    refuse(message, Map.of("audio", "Audio is not supported.", "function_call", "Use 'tools'."));
    turn.put("role", "assistant").put("content", Content.optional(message));
    List<Members.Element> calls = message.list("tool_calls");
    if (calls.isEmpty()) {
      var _ = message.has("refusal") ? "" : message.required("content");
      return;
    }
    ArrayNode made = turn.putArray("calls");
    for (Members.Element each : calls) {
      Members call = each.members().only(Set.of("id", "type", "function", "index"));
      call.required("function");
      Members function = call.object("function").orElseThrow().only(Set.of("name", "arguments"));
      String name = function.requiredText("name");
      called.put(call.requiredText("id"), name);
      made.add(arguments(name, function.requiredText("arguments"), function.path("arguments")));
    }
  }

  /** A call with arguments that are a JSON object; no text at all is an empty one. */
  static JsonNode arguments(String name, String arguments, String path) {
    return Json.object().put("name", name).put("arguments", Json.objectText(arguments, path));
  }
}
