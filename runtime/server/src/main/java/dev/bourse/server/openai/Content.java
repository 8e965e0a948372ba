package dev.bourse.server.openai;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The text of a message: a string, or parts of which all are text. */
final class Content {
  private static final String MEMBER = "content";

  private Content() {}

  static String required(Members message) {
    message.required(MEMBER);
    return optional(message);
  }

  /** Empty if there is none. */
  static String optional(Members message) {
    return message.has(MEMBER) ? text(message, MEMBER) : "";
  }

  /** The text of a member that may be a string or a list of parts. */
  static String text(Members message, String name) {
    JsonNode content = message.required(name);
    if (content.isString()) {
      return content.stringValue();
    }
    if (!content.isArray()) {
      throw Members.wrongType(message.path(name), "a string or an array", content);
    }
    StringBuilder text = new StringBuilder();
    List<Members.Element> parts = message.list(name);
    for (Members.Element each : parts) {
      Members part = each.members();
      String type = part.requiredText("type");
      switch (type) {
        case "text", "input_text", "output_text" -> {
          part.only(Set.of("type", "text", "annotations", "logprobs", "prompt_cache_breakpoint"));
          text.append(part.requiredText("text"));
        }
        case "refusal" -> text.append(part.requiredText("refusal"));
        default ->
            throw ApiException.unsupported(
                part.path("type"),
                "Content of the type '%s' is not supported: the models served here read text."
                    .formatted(type));
      }
    }
    return text.toString();
  }
}
