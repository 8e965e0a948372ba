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

/** Continues the conversation of a name by one turn, and keeps it under that name. */
public final class Conversation implements Inferlet {
  @Override
  public String run(Session session) {
    Parameters parameters = session.parameters();
    String name = parameters.string("name");
    try (Context context = resume(session.model(), name, parameters)) {
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
      }
      // Until this returns, the name means the conversation without this turn.
      context.seal().save(name, SaveOptions.DEFAULT.replacing());
      return text.toString();
    }
  }

  private static Context resume(Model model, String name, Parameters parameters) {
    if (!model.hasSnapshot(name)) {
      Context context = model.newContext();
      return parameters.has("system") ? context.system(parameters.string("system")) : context;
    }
    if (parameters.has("system")) {
      throw new InferletException(
          "the conversation \"" + name + "\" has begun: system is for its first turn only");
    }
    return model.open(name);
  }

  private static Sampler sampler(Parameters parameters) {
    float temperature = (float) parameters.number("temperature");
    return temperature == 0 ? Sampler.greedy() : Sampler.multinomial(temperature);
  }
}
