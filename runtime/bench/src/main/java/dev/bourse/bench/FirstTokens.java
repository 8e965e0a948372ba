package dev.bourse.bench;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.EngineProcess;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.Model;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/** Time to the first token after a long system prompt, and what is computed for it. */
final class FirstTokens {
  private static final String NAME = "system";
  private static final int SYSTEM_TOKENS = 4096;
  private static final int USER_TOKENS = 16;
  private static final int REPEATS = 9;
  private static final int WARM_UPS = 2;

  private final Model model;
  private final Row never = new Row("never seen");
  private final Row shared = new Row("computed for another context");
  private final Row opened = new Row("opened from a snapshot, after a restart");

  private FirstTokens(Model model) {
    this.model = model;
  }

  /** What one way of coming to a first token took. */
  private static final class Row {
    private final String prompt;
    private Times times = new Times();
    private long tokens;

    Row(String prompt) {
      this.prompt = prompt;
    }

    void warmedUp() {
      times = new Times();
    }

    void print(Report report) {
      report.row("%s | %.1f | %,d", prompt, times.medianMicros() / 1e3, tokens);
    }
  }

  /** Comes to a first token. */
  private interface Way {
    void run() throws InterruptedException, ExecutionException;
  }

  static void report(Report report, Model model)
      throws IOException, InterruptedException, ExecutionException {
    FirstTokens figures = new FirstTokens(model);
    for (int i = -WARM_UPS; i < REPEATS; i++) {
      if (i == 0) {
        figures.never.warmedUp();
        figures.shared.warmedUp();
        figures.opened.warmedUp();
      }
      figures.measure();
    }
    report.title(
        "Time to the first token, a system prompt of %,d tokens and %d of the user's"
            .formatted(SYSTEM_TOKENS, USER_TOKENS));
    report.header("system prompt", "milliseconds, median", "tokens computed");
    figures.never.print(report);
    figures.shared.print(report);
    figures.opened.print(report);
  }

  private void measure() throws IOException, InterruptedException, ExecutionException {
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      try (SnapshotStore store = SnapshotStore.open(folder.path(), StoreConfig.defaults());
          Engine engine = start(store);
          EngineProcess process = engine.openProcess("before")) {
        measure(never, engine, () -> new Sequence(process.newContext()).append(prompt(1)));
        measure(shared, engine, () -> new Sequence(process.newContext()).append(prompt(2)));
        Sequence system = new Sequence(process.newContext());
        system.append(Sequence.tokens(0, SYSTEM_TOKENS));
        system.context().save(NAME);
      }
      try (SnapshotStore store = SnapshotStore.open(folder.path(), StoreConfig.defaults());
          Engine engine = start(store);
          EngineProcess process = engine.openProcess("after")) {
        measure(opened, engine, () -> Sequence.of(process.open(NAME)).append(user(3)));
      }
    }
  }

  private Engine start(SnapshotStore store) {
    return Engine.start(model, EngineConfig.defaults(1 << 14), store);
  }

  private static void measure(Row row, Engine engine, Way way)
      throws InterruptedException, ExecutionException {
    long before = engine.statistics().tokens();
    long begin = System.nanoTime();
    way.run();
    row.times.add(System.nanoTime() - begin);
    row.tokens = engine.statistics().tokens() - before;
  }

  private static int[] prompt(int seed) {
    return IntStream.concat(
            IntStream.of(Sequence.tokens(0, SYSTEM_TOKENS)), IntStream.of(user(seed)))
        .toArray();
  }

  private static int[] user(int seed) {
    return Sequence.tokens(seed, USER_TOKENS);
  }
}
