package dev.bourse.server.openai;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The last event of an inferlet, as clients see it. */
final class Usage {
  private Usage() {}

  /** {@code usage} of chats and completions. */
  static ObjectNode chat(JsonNode event) {
    long prompt = event.path("prompt_tokens").longValue();
    long completion = event.path("completion_tokens").asLong(0);
    ObjectNode usage =
        Json.object()
            .put("prompt_tokens", prompt)
            .put("completion_tokens", completion)
            .put("total_tokens", prompt + completion);
    usage
        .putObject("prompt_tokens_details")
        .put("cached_tokens", event.path("cached_tokens").asLong(0))
        .put("audio_tokens", 0);
    usage
        .putObject("completion_tokens_details")
        .put("reasoning_tokens", event.path("reasoning_tokens").asLong(0))
        .put("audio_tokens", 0)
        .put("accepted_prediction_tokens", 0)
        .put("rejected_prediction_tokens", 0);
    return usage;
  }

  /** {@code usage} of responses. */
  static ObjectNode response(JsonNode event) {
    long prompt = event.path("prompt_tokens").longValue();
    long completion = event.path("completion_tokens").asLong(0);
    ObjectNode usage = Json.object().put("input_tokens", prompt);
    usage
        .putObject("input_tokens_details")
        .put("cached_tokens", event.path("cached_tokens").asLong(0));
    usage.put("output_tokens", completion);
    usage
        .putObject("output_tokens_details")
        .put("reasoning_tokens", event.path("reasoning_tokens").asLong(0));
    return usage.put("total_tokens", prompt + completion);
  }

  /** What this server tells beyond the interface: the receipt, and what was saved. */
  static ObjectNode extension(JsonNode event) {
    ObjectNode extension = Json.object();
    extension.set("receipt", event.path("receipt"));
    JsonNode saved = event.path("saved_as");
    if (saved.isString()) {
      extension.set("saved_as", saved);
    }
    return extension;
  }
}
