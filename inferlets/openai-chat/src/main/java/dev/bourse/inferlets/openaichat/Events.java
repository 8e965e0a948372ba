package dev.bourse.inferlets.openaichat;

import dev.bourse.sdk.Model;
import dev.bourse.sdk.Observation;
import dev.bourse.sdk.Receipt;
import dev.bourse.sdk.Session;
import dev.bourse.sdk.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is told of the answer: one message for each event, a JSON object. */
final class Events {
  private static final char REPLACEMENT = '\uFFFD';

  private final Session session;

  Events(Session session) {
    this.session = session;
  }

  private static Map<String, @Nullable Object> event(String type) {
    Map<String, @Nullable Object> event = new LinkedHashMap<>();
    event.put("type", type);
    return event;
  }

  private void send(Map<String, @Nullable Object> event) {
    session.send(JsonWriter.text(event));
  }

  /** The request can be answered, and the first token is there. */
  void start() {
    send(event("start"));
  }

  /** It cannot be answered, or not to its end. */
  void refused(String parameter, String code, String message) {
    Map<String, @Nullable Object> event = event("refused");
    event.put("param", parameter.isEmpty() ? null : parameter);
    event.put("code", code);
    event.put("message", message);
    send(event);
  }

  void text(int choice, String text, Model model, Optional<List<Observation>> observations) {
    Map<String, @Nullable Object> event = event("text");
    event.put("choice", choice);
    event.put("text", text);
    if (observations.isPresent()) {
      List<Object> tokens = new ArrayList<>();
      for (Observation seen : observations.get()) {
        Map<String, @Nullable Object> token = token(model, seen, 0);
        List<Object> top = new ArrayList<>();
        for (int i = 1; i < seen.tokens().length; i++) {
          top.add(token(model, seen, i));
        }
        token.put("top", top);
        tokens.add(token);
      }
      event.put("logprobs", tokens);
    }
    send(event);
  }

  private static Map<String, @Nullable Object> token(Model model, Observation seen, int at) {
    Map<String, @Nullable Object> token = new LinkedHashMap<>();
    String text = model.decode(seen.tokens()[at]);
    token.put("token", text);
    token.put("logprob", finite(seen.logprobs()[at]));
    // A part of a character has no text of its own.
    token.put("bytes", text.indexOf(REPLACEMENT) >= 0 ? null : bytes(text));
    return token;
  }

  /** As OpenAI writes what has no probability at all. */
  private static float finite(float logprob) {
    return logprob < -9999 ? -9999 : logprob;
  }

  private static List<Integer> bytes(String text) {
    List<Integer> bytes = new ArrayList<>();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(value & 0xFF);
    }
    return bytes;
  }

  void thought(int choice, String text) {
    Map<String, @Nullable Object> event = event("thought");
    event.put("choice", choice);
    event.put("text", text);
    send(event);
  }

  void call(int choice, int index, String name, String arguments) {
    Map<String, @Nullable Object> event = event("call");
    event.put("choice", choice);
    event.put("index", index);
    event.put("name", name);
    event.put("arguments", arguments);
    send(event);
  }

  void finish(int choice, String reason) {
    Map<String, @Nullable Object> event = event("finish");
    event.put("choice", choice);
    event.put("reason", reason);
    send(event);
  }

  /**
   * The last event.
   *
   * @param opened tokens of the prompt that the snapshot had
   * @param saved the name it was saved under; empty if it was not
   */
  void usage(
      int promptTokens,
      int opened,
      Receipt prompts,
      List<Choice> choices,
      Receipt forks,
      String saved) {
    int generated = 0;
    int thought = 0;
    for (Choice choice : choices) {
      generated += choice.tokens();
      thought += choice.thoughtTokens();
    }
    Receipt all = prompts.plus(forks);
    Map<String, @Nullable Object> receipt = new LinkedHashMap<>();
    receipt.put("computed", all.computed());
    receipt.put("from_cache", all.fromCache());
    receipt.put("restored", all.restored());
    receipt.put("recomputed", all.recomputed());
    receipt.put("steps", all.steps());
    receipt.put("credits", all.payment().credits());
    Map<String, @Nullable Object> event = event("usage");
    event.put("prompt_tokens", promptTokens);
    event.put("cached_tokens", Math.min(promptTokens, opened + prompts.fromCache()));
    event.put("completion_tokens", generated);
    event.put("reasoning_tokens", thought);
    event.put("receipt", receipt);
    event.put("saved_as", saved.isEmpty() ? null : saved);
    send(event);
  }
}
