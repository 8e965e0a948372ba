package dev.bourse.inferlets.openaichat;

import dev.bourse.sdk.Context;
import dev.bourse.sdk.Generator;
import dev.bourse.sdk.Grammar;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.Parameters;
import dev.bourse.sdk.Sampler;
import dev.bourse.sdk.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters, read. */
final class Request {
  /** Spreads the seeds of the choices. */
  private static final long SEED_STEP = 0xD1B54A32D192ED03L;

  private final Parameters parameters;
  private final List<String> tools = new ArrayList<>();
  private final List<String> stops = new ArrayList<>();

  Request(Parameters parameters) {
    this.parameters = parameters;
    for (Object tool : parameters.listOrEmpty("tools")) {
      tools.add((String) tool);
    }
    for (Object stop : parameters.listOrEmpty("stop")) {
      stops.add((String) stop);
    }
  }

  Model model(Session session) {
    return parameters.has("model") ? session.model(parameters.string("model")) : session.model();
  }

  /** Whether text is continued as it is, outside of any conversation. */
  boolean isRaw() {
    return parameters.has("prompts");
  }

  List<Prompt> prompts() {
    if (!isRaw()) {
      return List.of(new Prompt.Conversation(parameters.listOrEmpty("messages")));
    }
    List<Prompt> prompts = new ArrayList<>();
    for (Object prompt : parameters.list("prompts")) {
      prompts.add(
          prompt instanceof String text
              ? new Prompt.Text(text)
              : new Prompt.Tokens((List<?>) prompt));
    }
    return prompts;
  }

  /** The snapshot to go on from; empty to begin anew. */
  String open() {
    return parameters.stringOr("open", "");
  }

  String saveAs() {
    return parameters.stringOr("save_as", "");
  }

  int keepSeconds() {
    return parameters.integerOr("keep_seconds", 0);
  }

  boolean mustSave() {
    return parameters.flagOr("must_save", false);
  }

  int choices() {
    return parameters.integer("n");
  }

  boolean echo() {
    return parameters.flagOr("echo", false);
  }

  List<String> tools() {
    return tools;
  }

  List<String> stops() {
    return stops;
  }

  /** Whether tools may be called. */
  boolean mayCall() {
    return !tools.isEmpty() && !toolChoice().equals("none");
  }

  private String toolChoice() {
    return parameters.stringOr("tool_choice", "auto");
  }

  /** Whether the turn ends behind one call. */
  boolean callsOnce() {
    return !parameters.flagOr("parallel_calls", true);
  }

  boolean observes() {
    return parameters.has("top_logprobs");
  }

  /**
   * Refuses a prompt behind which nothing fits any more.
   *
   * @throws Refusal if it does not fit
   */
  void checkLength(int length) {
    int most = parameters.integer("context_length");
    if (length >= most) {
      throw new Refusal(
          isRaw() ? "prompt" : "messages",
          "context_length_exceeded",
          "This model's maximum context length is "
              + most
              + " tokens. However, your messages resulted in "
              + length
              + " tokens. Please reduce the length of the messages.");
    }
  }

  /** The generator of a choice, at the end of its prompt. */
  Generator generator(Context context, int choice) {
    Generator generator = context.generate(sampler()).maxTokens(maxTokens(context.length()));
    generator.penalties(
        (float) parameters.numberOr("presence_penalty", 0),
        (float) parameters.numberOr("frequency_penalty", 0));
    if (parameters.has("seed")) {
      generator.seed(parameters.longInteger("seed") ^ (choice * SEED_STEP));
    }
    if (observes()) {
      generator.observe(parameters.integer("top_logprobs"));
    }
    if (parameters.has("logit_bias")) {
      for (Map.Entry<?, ?> each : parameters.object("logit_bias").entrySet()) {
        generator.bias(
            Integer.parseInt((String) each.getKey()), ((Number) each.getValue()).floatValue());
      }
    }
    grammar().ifPresent(wanted -> constrain(generator, wanted));
    return generator;
  }

  private void constrain(Generator generator, Wanted wanted) {
    try {
      generator.constrain(wanted.grammar());
    } catch (InferletException e) {
      throw new Refusal(wanted.parameter(), "invalid_value", String.valueOf(e.getMessage()));
    }
  }

  /** What the answer must be, and who says so. */
  private record Wanted(Grammar grammar, String parameter) {}

  private Optional<Wanted> grammar() {
    String choice = toolChoice();
    if (!tools.isEmpty() && !choice.equals("auto") && !choice.equals("none")) {
      List<String> callable = new ArrayList<>();
      for (String tool : tools) {
        if (choice.equals("required") || choice.equals("only " + Tools.name(tool))) {
          callable.add(tool);
        }
      }
      return Optional.of(
          new Wanted(Grammar.calls(callable.toArray(new String[0])), "tool_choice"));
    }
    return parameters.has("schema")
        ? Optional.of(
            new Wanted(Grammar.jsonSchema(parameters.string("schema")), "response_format"))
        : Optional.empty();
  }

  private int maxTokens(int length) {
    int room = parameters.integer("context_length") - length;
    return Math.min(room, parameters.integerOr("max_tokens", room));
  }

  private Sampler sampler() {
    float temperature = (float) parameters.number("temperature");
    float p = (float) parameters.number("top_p");
    if (temperature == 0 || p == 0) {
      return Sampler.greedy();
    }
    return p == 1 ? Sampler.multinomial(temperature) : Sampler.topP(temperature, p);
  }
}
