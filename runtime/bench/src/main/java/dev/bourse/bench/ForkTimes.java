package dev.bourse.bench;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.EngineProcess;
import dev.bourse.model.Model;
import java.util.concurrent.ExecutionException;

/** What a fork takes, of a short context and of a long one. */
final class ForkTimes {
  private static final int WARM_UPS = 500;
  private static final int REPEATS = 1000;
  private static final int DECODES = 100;

  private ForkTimes() {}

  static void report(Report report, Model model) throws InterruptedException, ExecutionException {
    report.title("Fork, microseconds");
    report.header("context", "its pages", "fork, median", "p99", "fork and a token, median");
    for (int tokens : new int[] {1 << 10, 1 << 15}) {
      // Room for the context, for a fork that copies it, and for a token.
      EngineConfig config = EngineConfig.defaults(2 * tokens + 1024);
      try (Engine engine = Engine.start(model, config);
          EngineProcess process = engine.openProcess("fork");
          Sequence sequence = new Sequence(process.newContext())) {
        // The last page is partly filled, as it nearly always is.
        sequence.compute(Sequence.tokens(tokens, tokens + 5));
        row(report, tokens, "working", sequence);
        sequence.commit();
        row(report, tokens, "committed", sequence);
      }
    }
  }

  private static void row(Report report, int tokens, String pages, Sequence sequence)
      throws InterruptedException, ExecutionException {
    Times forks = new Times();
    for (int i = -WARM_UPS; i < REPEATS; i++) {
      long begin = System.nanoTime();
      Sequence fork = sequence.fork();
      long nanos = System.nanoTime() - begin;
      fork.close();
      if (i >= 0) {
        forks.add(nanos);
      }
    }
    Times tokensAfterForks = new Times();
    for (int i = 0; i < DECODES; i++) {
      long begin = System.nanoTime();
      try (Sequence fork = sequence.fork()) {
        fork.compute(1000);
        tokensAfterForks.add(System.nanoTime() - begin);
      }
    }
    report.row(
        "%,d tokens | %s | %.1f | %.1f | %.0f",
        tokens,
        pages,
        forks.medianMicros(),
        forks.percentileMicros(99),
        tokensAfterForks.medianMicros());
  }
}
