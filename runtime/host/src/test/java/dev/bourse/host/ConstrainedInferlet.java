package dev.bourse.host;

import dev.bourse.sdk.Context;
import dev.bourse.sdk.Grammar;
import dev.bourse.sdk.Inferlet;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.Mask;
import dev.bourse.sdk.Matcher;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.Parameters;
import dev.bourse.sdk.ReasoningDecoder;
import dev.bourse.sdk.Sampler;
import dev.bourse.sdk.Session;
import dev.bourse.sdk.Thought;
import dev.bourse.sdk.ToolDecoder;

/** Generates under a grammar, or decodes; for tests. */
public final class ConstrainedInferlet implements Inferlet {
  static final int TOKENS_MAX = 16;

  /** A tool that the embedded model has never heard of. */
  static final String TOOL =
      "{\"name\":\"look_up\",\"description\":\"Looks a word up.\",\"parameters\":{\"type\":"
          + "\"object\",\"properties\":{\"word\":{\"type\":\"string\",\"maxLength\":6},"
          + "\"lines\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":9}},"
          + "\"required\":[\"word\",\"lines\"],\"additionalProperties\":false}}";

  @Override
  public String run(Session session) {
    Parameters parameters = session.parameters();
    Model model = session.model();
    String source = parameters.string("source");
    return switch (parameters.string("kind")) {
      case "schema" -> generate(model, Grammar.jsonSchema(source), parameters);
      case "regex" -> generate(model, Grammar.regex(source), parameters);
      case "ebnf" -> generate(model, Grammar.ebnf(source), parameters);
      case "calls" -> call(model, parameters);
      case "decode" -> decode(model, source);
      case "matcher" -> matcher(model);
      default -> throw new IllegalArgumentException(parameters.string("kind"));
    };
  }

  private static String generate(Model model, Grammar grammar, Parameters parameters) {
    try (Context context = model.newContext()) {
      return context
          .user("What is the capital of France?")
          .cue()
          .generate(sampler(parameters))
          .seed(parameters.longInteger("seed"))
          .maxTokens(TOKENS_MAX)
          .constrain(grammar)
          .text();
    }
  }

  private static Sampler sampler(Parameters parameters) {
    float temperature = parameters.integer("tenths") / 10f;
    return temperature == 0 ? Sampler.greedy() : Sampler.multinomial(temperature);
  }

  /** A conversation with a tool: the call, what was read of it, and that an answer fits in. */
  private static String call(Model model, Parameters parameters) {
    try (Context context = model.newContext();
        ToolDecoder decoder = model.toolDecoder()) {
      int[] tokens =
          context
              .system("Be brief.")
              .equip(TOOL)
              .user("Look up a word.")
              .cue()
              .generate(sampler(parameters))
              .seed(parameters.longInteger("seed"))
              .maxTokens(TOKENS_MAX)
              .constrain(Grammar.calls(TOOL))
              .tokens();
      StringBuilder told = new StringBuilder();
      for (int token : tokens) {
        decoder.feed(token).forEach(call -> told.append(call.name()).append(call.arguments()));
      }
      context.seal().answer("look_up", "{\"found\": true}").cue();
      return told + "\n" + model.decode(context.tokens());
    }
  }

  /** The calls and the thoughts in a text, token by token. */
  private static String decode(Model model, String text) {
    StringBuilder told = new StringBuilder();
    try (ToolDecoder tools = model.toolDecoder();
        ReasoningDecoder reasoning = model.reasoningDecoder()) {
      for (int token : model.encode(text)) {
        for (ToolDecoder.Call call : tools.feed(token)) {
          told.append("call ")
              .append(call.name())
              .append(' ')
              .append(call.arguments())
              .append('\n');
        }
        for (Thought thought : reasoning.feed(token)) {
          switch (thought) {
            case Thought.Start start -> told.append("start\n");
            case Thought.Delta delta -> {}
            case Thought.Complete complete ->
                told.append("thought ").append(complete.text()).append('\n');
          }
        }
      }
      tools.reset();
      reasoning.reset();
    }
    return told.toString();
  }

  /** Everything that a matcher does. */
  private static String matcher(Model model) {
    StringBuilder told = new StringBuilder();
    try (Matcher matcher = model.matcher(Grammar.regex("(yes|no), (really|rather)!"))) {
      int[] yes = model.encode("yes");
      Mask first = matcher.nextTokens();
      told.append(first.contains(yes[0])).append(first.contains(model.encode("maybe")[0]));
      matcher.accept(yes);
      told.append(' ').append(model.decode(matcher.forcedTokens()));
      Matcher fork = matcher.fork();
      fork.accept(fork.forcedTokens());
      int[] closing = fork.closingTokens().orElseThrow();
      told.append(' ').append(model.decode(closing));
      fork.accept(closing);
      told.append(' ').append(fork.mayEnd()).append(fork.isTerminated());
      fork.accept(model.stopTokens()[0]);
      told.append(fork.isTerminated()).append(fork.closingTokens().isPresent());
      fork.close();
      told.append(' ').append(refusal(() -> matcher.accept(model.encode("?"))));
      matcher.rollback(yes.length).accept(model.encode("no"));
      matcher.reset();
      told.append('\n').append(refusal(() -> matcher.rollback(1)));
      for (Grammar bad :
          new Grammar[] {
            Grammar.regex("(?=a)"),
            Grammar.jsonSchema("{\"not\": {}}"),
            Grammar.jsonSchema("{"),
            Grammar.ebnf("root ::= root"),
            Grammar.calls(),
            Grammar.calls("{}")
          }) {
        told.append('\n').append(refusal(() -> model.matcher(bad).close()));
      }
      // Left open: what a process holds is freed when it ends.
      Matcher json = model.matcher(Grammar.json());
      told.append('\n').append(json.nextTokens().contains(model.encode("[")[0]));
    }
    return told.toString();
  }

  private static String refusal(Runnable action) {
    try {
      action.run();
      return "accepted";
    } catch (InferletException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
