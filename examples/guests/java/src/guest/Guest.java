package guest;

import dev.bourse.sdk.Context;
import dev.bourse.sdk.Grammar;
import dev.bourse.sdk.Inferlet;
import dev.bourse.sdk.Sampler;
import dev.bourse.sdk.SaveOptions;
import dev.bourse.sdk.Session;

/**
 * One question, answered twice: under a grammar on a fork, and freely on the context itself, which
 * is then saved.
 */
public final class Guest implements Inferlet {
  private static final int TOKENS_MAX = 48;
  private static final Grammar CITIES = Grammar.regex("London|Paris|Rome");
  private static final String NAME = "guest-capital";

  @Override
  public String run(Session session) {
    try (Context trunk = session.model().newContext()) {
      trunk.system("You answer in one short sentence.");
      trunk.user("What is the capital of France?").flush();
      try (Context branch = trunk.fork()) {
        String city =
            branch
                .cue()
                .generate(Sampler.greedy())
                .constrain(CITIES)
                .maxTokens(TOKENS_MAX)
                .text();
        session.send("one of three: " + city + "\n");
      }
      String answer = trunk.cue().generate(Sampler.greedy()).maxTokens(TOKENS_MAX).text();
      session.send("freely: " + answer + "\n");
      trunk.save(NAME, SaveOptions.DEFAULT.replacing());
      session.send("saved as " + NAME + "\n");
    }
    return "";
  }
}
