package dev.bourse.inferlets.conversation;

import dev.bourse.sdk.Context;
import dev.bourse.sdk.Generator;
import dev.bourse.sdk.Inferlet;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.Parameters;
import dev.bourse.sdk.Sampler;
import dev.bourse.sdk.SaveOptions;
import dev.bourse.sdk.Session;
import java.time.Duration;

/**
 * Continues the conversation of a name by one turn, and keeps it under that name. A message from
 * the client, whatever it says, ends the answer where it is.
 */
public final class Conversation implements Inferlet {
  @Override
  public String run(Session session) {
    Parameters parameters = session.parameters();
    Model model = parameters.has("model") ? session.model(parameters.string("model")) : session.model();
    if (!parameters.has("prompt")) {
      return copy(model, parameters);
    }
    String name = parameters.string("name");
    try (Context context = resume(model, parameters.stringOr("from", name), parameters)) {
      context.user(parameters.string("prompt")).cue();

      Generator answer =
          context.generate(sampler(parameters)).maxTokens(parameters.integer("max_tokens"));
      if (parameters.has("seed")) {
        answer.seed(parameters.longInteger("seed"));
      }
      StringBuilder text = new StringBuilder();
      for (String piece : answer) {
        session.send(piece);
        text.append(piece);
        if (session.poll().isPresent()) {
          break;
        }
      }
      // Until this returns, the name means the conversation without this turn.
      context.seal().save(name, kept(parameters).replacing());
      return text.toString();
    }
  }

  /** Keeps a conversation under another name as well, which must be free. */
  private static String copy(Model model, Parameters parameters) {
    if (!parameters.has("from")) {
      throw new InferletException("say something with prompt, or name a conversation to copy with from");
    }
    try (Context context = model.open(parameters.string("from"))) {
      context.save(parameters.string("name"), kept(parameters));
      return "";
    }
  }

  private static Context resume(Model model, String name, Parameters parameters) {
    if (!model.hasSnapshot(name)) {
      if (parameters.has("from")) {
        throw new InferletException("there is no conversation \"" + name + "\" to go on from");
      }
      Context context = model.newContext();
      return parameters.has("system") ? context.system(parameters.string("system")) : context;
    }
    if (parameters.has("system")) {
      throw new InferletException(
          "the conversation \"" + name + "\" has begun: system is for its first turn only");
    }
    return model.open(name);
  }

  private static SaveOptions kept(Parameters parameters) {
    return parameters.has("hours")
        ? SaveOptions.DEFAULT.expiringAfter(Duration.ofSeconds(3600L * parameters.integer("hours")))
        : SaveOptions.DEFAULT;
  }

  private static Sampler sampler(Parameters parameters) {
    float temperature = (float) parameters.number("temperature");
    return temperature == 0 ? Sampler.greedy() : Sampler.multinomial(temperature);
  }
}
