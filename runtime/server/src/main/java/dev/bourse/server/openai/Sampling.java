package dev.bourse.server.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The members of a request that say how tokens are chosen, the same in chats and completions. */
final class Sampling {
  /** Each answer has a context of its own, and a process may have 256. */
  static final int CHOICES_MAX = 128;

  private static final int STOPS_MAX = 4;
  private static final int STOP_CHARS_MAX = 1000;
  private static final int BIASES_MAX = 1024;

  static final Set<String> NAMES =
      Set.of(
          "temperature",
          "top_p",
          "n",
          "stop",
          "seed",
          "presence_penalty",
          "frequency_penalty",
          "logit_bias");

  private Sampling() {}

  /** Adds them to an inferlet's input. */
  static void copy(Members request, ObjectNode input) {
    request.number("temperature", 0, 2).ifPresent(t -> input.put("temperature", t));
    request.number("top_p", 0, 1).ifPresent(p -> input.put("top_p", p));
    request.integer("n", 1, CHOICES_MAX).ifPresent(n -> input.put("n", n));
    request
        .integer("seed", Long.MIN_VALUE, Long.MAX_VALUE)
        .ifPresent(seed -> input.put("seed", seed));
    for (String penalty : List.of("presence_penalty", "frequency_penalty")) {
      request.number(penalty, -2, 2).ifPresent(value -> input.put(penalty, value));
    }
    request.value("stop").ifPresent(stop -> stop(stop, input.putArray("stop")));
    request.object("logit_bias").ifPresent(bias -> bias(bias, input.putObject("logit_bias")));
  }

  /** How many answers are wanted. */
  static int choices(Members request) {
    return request.integer("n", 1, CHOICES_MAX).orElse(1L).intValue();
  }

  private static void stop(JsonNode stop, ArrayNode words) {
    List<JsonNode> given = new ArrayList<>();
    if (stop.isArray()) {
      stop.forEach(given::add);
    } else {
      given.add(stop);
    }
    if (given.size() > STOPS_MAX) {
      throw ApiException.invalid(
          "stop",
          "array_above_max_length",
          "Invalid 'stop': array too long. Expected an array with maximum length %d, but got %d."
              .formatted(STOPS_MAX, given.size()));
    }
    for (JsonNode word : given) {
      if (!word.isString()) {
        throw Members.wrongType("stop", "a string or an array of strings", word);
      }
      String text = word.stringValue();
      if (text.isEmpty() || text.length() > STOP_CHARS_MAX) {
        throw ApiException.invalid(
            "stop",
            "invalid_value",
            "Invalid 'stop': each word has 1 to %d characters.".formatted(STOP_CHARS_MAX));
      }
      words.add(text);
    }
  }

  private static void bias(Members bias, ObjectNode amounts) {
    if (bias.json().size() > BIASES_MAX) {
      throw ApiException.invalid(
          "logit_bias",
          "object_above_max_properties",
          "Invalid 'logit_bias': at most %d tokens.".formatted(BIASES_MAX));
    }
    for (Map.Entry<String, JsonNode> each : bias.json().properties()) {
      if (!each.getKey().matches("[0-9]{1,9}")) {
        throw ApiException.invalid(
            "logit_bias",
            "invalid_value",
            "Invalid key in 'logit_bias': %s. You should only be submitting non-negative integers."
                .formatted(each.getKey()));
      }
      bias.number(each.getKey(), -100, 100).ifPresent(amount -> amounts.put(each.getKey(), amount));
    }
  }
}
