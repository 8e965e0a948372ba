package dev.bourse.server.openai;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /v1/completions}. */
final class CompletionRequest {
  private static final int LOGPROBS_MAX = 5;
  private static final long DEFAULT_MAX_TOKENS = 16;

  private static final Map<String, String> REFUSED =
      Map.of("suffix", "Text before a suffix is not supported: this server continues text.");

  private static final Set<String> KNOWN = known();

  private CompletionRequest() {}

  private static Set<String> known() {
    Set<String> known = new TreeSet<>(Sampling.NAMES);
    known.addAll(
        Set.of(
            "model",
            "prompt",
            "stream",
            "stream_options",
            "max_tokens",
            "logprobs",
            "echo",
            "best_of",
            "user",
            Extension.NAME));
    return known;
  }

  static Job read(Members request, ModelCard model, long now) {
    ChatRequest.refuse(request, REFUSED);
    request.only(KNOWN);
    ObjectNode input = model.input();
    Prompts.copy(request, "prompt", input.putArray("prompts"));
    Sampling.copy(request, input);
    int n = Sampling.choices(request);
    Optional<Long> best = request.integer("best_of", 1, Sampling.CHOICES_MAX);
    if (best.isPresent() && best.get() != n) {
      throw ApiException.unsupported("best_of", "'best_of' other than 'n' is not supported.");
    }
    int prompts = input.path("prompts").size();
    if (n * prompts > Sampling.CHOICES_MAX) {
      throw ApiException.invalid(
          "n",
          "invalid_value",
          "%d prompts with %d choices each are more than the %d that one request may have."
              .formatted(prompts, n, Sampling.CHOICES_MAX));
    }
    input.put(
        "max_tokens",
        request.integer("max_tokens", 0, Integer.MAX_VALUE).orElse(DEFAULT_MAX_TOKENS));
    Optional<Long> logprobs = request.integer("logprobs", 0, LOGPROBS_MAX);
    boolean echo = request.flag("echo", false);
    if (echo && logprobs.isPresent()) {
      throw ApiException.unsupported("echo", "'echo' with 'logprobs' is not supported.");
    }
    input.put("echo", echo);
    logprobs.ifPresent(top -> input.put("top_logprobs", top));
    Extension extension = Extension.of(request, true);
    extension.addNamesTo(input);
    boolean stream = request.flag("stream", false);
    CompletionReply reply =
        new CompletionReply(
            model,
            now,
            n * prompts,
            logprobs.isPresent(),
            ChatRequest.includesUsage(request, stream));
    return new Job(extension.launch(ChatRequest.INFERLET, input), reply, stream);
  }

  /** What may be a string, a list of strings, a list of tokens, or a list of those. */
  static final class Prompts {
    private Prompts() {}

    static void copy(Members request, String name, ArrayNode prompts) {
      JsonNode given = request.required(name);
      if (given.isString()) {
        prompts.add(given);
      } else if (!given.isArray() || given.isEmpty()) {
        throw Members.wrongType(name, "a string or an array that is not empty", given);
      } else if (given.path(0).isIntegralNumber()) {
        prompts.add(tokens(given, name));
      } else {
        for (Members.Element each : request.list(name)) {
          prompts.add(
              each.value().isArray()
                  ? tokens(each.value(), each.path())
                  : Json.NODES.stringNode(each.text()));
        }
      }
      for (JsonNode prompt : prompts) {
        if (prompt.isString() ? prompt.stringValue().isEmpty() : prompt.isEmpty()) {
          throw ApiException.invalid(
              name, "invalid_value", "Invalid '%s': a text must not be empty.".formatted(name));
        }
      }
    }

    private static JsonNode tokens(JsonNode list, String path) {
      for (JsonNode token : list) {
        if (!token.isIntegralNumber() || !token.canConvertToInt() || token.intValue() < 0) {
          throw Members.wrongType(path, "an array of token ids", token);
        }
      }
      return list;
    }
  }
}
