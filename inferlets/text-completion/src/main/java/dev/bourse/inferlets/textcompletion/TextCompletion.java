package dev.bourse.inferlets.textcompletion;

import dev.bourse.sdk.Context;
import dev.bourse.sdk.Generator;
import dev.bourse.sdk.Inferlet;
import dev.bourse.sdk.Parameters;
import dev.bourse.sdk.Sampler;
import dev.bourse.sdk.Session;

/** Answers a prompt and streams the answer, piece by piece, as it is generated. */
public final class TextCompletion implements Inferlet {
  @Override
  public String run(Session session) {
    Parameters parameters = session.parameters();
    try (Context context = session.model().newContext()) {
      if (parameters.has("system")) {
        context.system(parameters.string("system"));
      }
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
      return text.toString();
    }
  }

  private static Sampler sampler(Parameters parameters) {
    float temperature = (float) parameters.number("temperature");
    float topP = (float) parameters.number("top_p");
    if (temperature == 0) {
      return Sampler.greedy();
    }
    return topP < 1 ? Sampler.topP(temperature, topP) : Sampler.multinomial(temperature);
  }
}
