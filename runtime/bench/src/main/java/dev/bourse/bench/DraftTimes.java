package dev.bourse.bench;

import dev.bourse.sdk.Context;
import dev.bourse.sdk.Drafter;
import dev.bourse.sdk.Generator;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.Sampler;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Text generated with guesses, and without. The tokens must be the same. */
final class DraftTimes {
  private static final int WARM_UPS = 8;
  private static final int ROUNDS = 15;
  private static final int TOKENS = 128;
  private static final float HIGH_TEMPERATURE = 1.5f;

  private enum Guesses {
    NONE,
    LOOKED_UP,
    ALWAYS_WRONG
  }

  private record Text(String name, String prompt, Sampler sampler) {}

  private record Measured(Guesses guesses, Times times) {}

  @SuppressWarnings("ArrayRecordComponent") // Compared by its elements, in one place.
  private record Run(int[] tokens, long nanos, int accepted) {}

  private static final List<Text> TEXTS =
      List.of(
          new Text(
              "a list that repeats itself",
              "red, green, blue, white. ".repeat(10),
              Sampler.greedy()),
          new Text(
              "a story, greedy",
              "The owl sat in the old tree and looked at the moon.",
              Sampler.greedy()),
          new Text(
              "a story, temperature 1.5",
              "The owl sat in the old tree and looked at the moon.",
              Sampler.multinomial(HIGH_TEMPERATURE)));

  private DraftTimes() {}

  static void report(Report report, Model model) {
    report.title("%d tokens with guesses, median of %d runs".formatted(TOKENS, ROUNDS));
    report.header("text", "guesses", "passes", "guessed right", "tokens/s", "of the rate without");
    for (Text text : TEXTS) {
      measure(report, model, text);
    }
  }

  private static void measure(Report report, Model model, Text text) {
    List<Measured> all =
        Arrays.stream(Guesses.values()).map(guesses -> new Measured(guesses, new Times())).toList();
    Run plain = generate(model, text, Guesses.NONE);
    for (int round = -WARM_UPS; round < ROUNDS; round++) {
      for (Measured each : all) {
        Run run = generate(model, text, each.guesses());
        if (!Arrays.equals(run.tokens(), plain.tokens())) {
          throw new IllegalStateException("guesses " + each.guesses() + " change the text");
        }
        if (round >= 0) {
          each.times().add(run.nanos());
        }
      }
    }
    double alone = all.getFirst().times().medianMicros();
    for (Measured each : all) {
      int right = generate(model, text, each.guesses()).accepted();
      double micros = each.times().medianMicros();
      report.row(
          "%s | %s | %d | %d | %.0f | %.2f",
          text.name(),
          each.guesses().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          TOKENS - right,
          right,
          TOKENS * 1e6 / micros,
          alone / micros);
    }
  }

  private static Run generate(Model model, Text text, Guesses guesses) {
    try (Context context = model.newContext()) {
      context.append(text.prompt()).flush();
      Generator generator = context.generate(text.sampler()).stopTokens().maxTokens(TOKENS).seed(1);
      switch (guesses) {
        case NONE -> {}
        case LOOKED_UP -> generator.drafts(Drafter.promptLookup());
        case ALWAYS_WRONG -> generator.drafts(DraftTimes::nonsense);
      }
      long begin = System.nanoTime();
      int[] tokens = generator.tokens();
      return new Run(tokens, System.nanoTime() - begin, generator.acceptedDrafts());
    }
  }

  /** One token over and over, which is in none of the texts. */
  private static int[] nonsense(int[] tokens, int most) {
    int[] same = new int[most];
    Arrays.fill(same, 5);
    return same;
  }
}
