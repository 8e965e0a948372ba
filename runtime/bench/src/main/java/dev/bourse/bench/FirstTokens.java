package dev.bourse.bench;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.EngineProcess;
import dev.bourse.model.Model;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/** Time to the first token after a long system prompt, and what is computed for it. */
final class FirstTokens {
  private static final int SYSTEM_TOKENS = 4096;
  private static final int USER_TOKENS = 16;
  private static final int REPEATS = 9;

  private FirstTokens() {}

  static void report(Report report, Model model) throws InterruptedException, ExecutionException {
    report.title("Time to the first token, a system prompt of %,d tokens".formatted(SYSTEM_TOKENS));
    report.header("system prompt", "milliseconds, median", "tokens computed");
    Times cold = new Times();
    Times shared = new Times();
    long coldTokens = 0;
    long sharedTokens = 0;
    for (int i = -2; i < REPEATS; i++) {
      try (Engine engine = Engine.start(model, EngineConfig.defaults(1 << 14));
          EngineProcess process = engine.openProcess("system")) {
        long begin = System.nanoTime();
        new Sequence(process.newContext()).append(prompt(1));
        long first = System.nanoTime();
        coldTokens = engine.statistics().tokens();
        long again = System.nanoTime();
        new Sequence(process.newContext()).append(prompt(2));
        long second = System.nanoTime();
        sharedTokens = engine.statistics().tokens() - coldTokens;
        if (i >= 0) {
          cold.add(first - begin);
          shared.add(second - again);
        }
      }
    }
    row(report, "never seen", cold, coldTokens);
    row(report, "seen by another context", shared, sharedTokens);
  }

  private static void row(Report report, String prompt, Times times, long tokens) {
    report.row("%s | %.1f | %,d", prompt, times.medianMicros() / 1e3, tokens);
  }

  private static int[] prompt(int user) {
    return IntStream.concat(
            IntStream.of(Sequence.tokens(0, SYSTEM_TOKENS)),
            IntStream.of(Sequence.tokens(user, USER_TOKENS)))
        .toArray();
  }
}
