package dev.bourse.bench;

import dev.bourse.engine.Context;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.EngineProcess;
import dev.bourse.kv.KvLayout;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

/** What it takes to open a snapshot, in an engine that has its pages and in one that does not. */
final class SnapshotTimes {
  private static final String NAME = "prefix";
  private static final int REPEATS = 15;
  private static final int WARM_UPS = 5;

  private final Model model;
  private final EngineConfig config;
  private final int tokens;

  private SnapshotTimes(Model model, int tokens) {
    this.model = model;
    this.config = EngineConfig.defaults(tokens + 1024);
    this.tokens = tokens;
  }

  /** From {@code open} to its return, and to the first token. */
  private record Opened(Times open, Times token) {
    Opened() {
      this(new Times(), new Times());
    }
  }

  static void report(Report report, Model model)
      throws IOException, InterruptedException, ExecutionException {
    report.title("Open a snapshot, milliseconds, medians");
    report.header("prefix", "its pages are", "open", "open and a token", "reads, GB/s");
    for (int tokens : new int[] {1 << 12, 1 << 15}) {
      try (TemporaryFolder folder = TemporaryFolder.create()) {
        new SnapshotTimes(model, tokens).report(report, folder.path());
      }
    }
  }

  private void report(Report report, Path folder)
      throws IOException, InterruptedException, ExecutionException {
    Opened warm = new Opened();
    try (SnapshotStore store = SnapshotStore.open(folder, StoreConfig.defaults());
        Engine engine = Engine.start(model, config, store);
        EngineProcess process = engine.openProcess("save")) {
      Sequence sequence = new Sequence(process.newContext());
      sequence.append(Sequence.tokens(tokens, tokens));
      sequence.context().save(NAME);
      for (int i = -WARM_UPS; i < REPEATS; i++) {
        open(process, i < 0 ? new Opened() : warm);
      }
    }
    row(report, "in memory", warm, "");
    Opened cached = afterRestarts(folder, false);
    row(report, "in the system's cache of files", cached, rate(cached, warm));
    if (PageCache.forget(folder)) {
      Opened onDisk = afterRestarts(folder, true);
      row(report, "on disk", onDisk, rate(onDisk, warm));
    }
  }

  private Opened afterRestarts(Path folder, boolean forget)
      throws IOException, InterruptedException, ExecutionException {
    Opened cold = new Opened();
    for (int i = -WARM_UPS; i < REPEATS; i++) {
      if (forget) {
        PageCache.forget(folder);
      }
      try (SnapshotStore store = SnapshotStore.open(folder, StoreConfig.defaults());
          Engine engine = Engine.start(model, config, store);
          EngineProcess process = engine.openProcess("open")) {
        open(process, i < 0 ? new Opened() : cold);
      }
    }
    return cold;
  }

  private static void open(EngineProcess process, Opened times)
      throws InterruptedException, ExecutionException {
    long begin = System.nanoTime();
    Context context = process.open(NAME);
    times.open().add(System.nanoTime() - begin);
    try (Sequence sequence = Sequence.of(context)) {
      sequence.append(1000);
      times.token().add(System.nanoTime() - begin);
    }
  }

  private void row(Report report, String where, Opened times, String rate) {
    report.row(
        "%,d tokens, %.1f MB | %s | %.2f | %.2f | %s",
        tokens,
        bytes() / 1e6,
        where,
        times.open().medianMicros() / 1e3,
        times.token().medianMicros() / 1e3,
        rate);
  }

  /** Gigabytes a second, in the time that a token takes longer than with pages in memory. */
  private String rate(Opened opened, Opened warm) {
    double micros = opened.token().medianMicros() - warm.token().medianMicros();
    return "%.2f".formatted(bytes() / micros / 1e3);
  }

  private double bytes() {
    KvLayout layout = model.config().kvLayout(config.pageTokens());
    return (double) layout.pageBytes() * layout.pagesFor(tokens);
  }
}
