package dev.bourse.inferlets.structuredoutput;

import dev.bourse.sdk.Context;
import dev.bourse.sdk.Generator;
import dev.bourse.sdk.Grammar;
import dev.bourse.sdk.Inferlet;
import dev.bourse.sdk.Parameters;
import dev.bourse.sdk.Sampler;
import dev.bourse.sdk.Session;

/** Answers a prompt with JSON that satisfies a schema, whatever the model would rather say. */
public final class StructuredOutput implements Inferlet {
  @Override
  public String run(Session session) {
    Parameters parameters = session.parameters();
    Grammar grammar = Grammar.jsonSchema(parameters.string("schema"));
    try (Context context = session.model().newContext()) {
      context.user(parameters.string("prompt")).cue();

      Generator answer =
          context
              .generate(sampler(parameters))
              .maxTokens(parameters.integer("max_tokens"))
              .constrain(grammar);
      if (parameters.has("seed")) {
        answer.seed(parameters.longInteger("seed"));
      }
      StringBuilder json = new StringBuilder();
      for (String piece : answer) {
        session.send(piece);
        json.append(piece);
      }
      return json.toString();
    }
  }

  private static Sampler sampler(Parameters parameters) {
    float temperature = (float) parameters.number("temperature");
    return temperature == 0 ? Sampler.greedy() : Sampler.multinomial(temperature);
  }
}
