package dev.bourse.bench;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.EngineProcess;
import dev.bourse.model.Model;
import java.util.concurrent.ExecutionException;

/**
 * Tokens that workloads compute, asked for by requests and by a program that forks, against the
 * tokens of the requests.
 */
final class Workloads {
  private final Report report;
  private final Model model;

  private Workloads(Report report, Model model) {
    this.report = report;
    this.model = model;
  }

  static void report(Report report, Model model) throws InterruptedException, ExecutionException {
    report.title("Tokens computed, prompts of %d tokens".formatted(Workload.SYSTEM_TOKENS));
    report.header(
        "workload",
        "tokens of the requests",
        "computed for the requests",
        "computed with forks",
        "seconds, requests",
        "seconds, forks");
    Workloads workloads = new Workloads(report, model);
    workloads.row("best of 8, 64 tokens each", new Workload.BestOf(8, 64));
    workloads.row("tree, 3 levels of 3 children, 32 tokens each", new Workload.Tree(3, 3, 32));
    workloads.row("8 turns, 32 tokens and 64 of answer", new Workload.Turns(8, 32, 64));
  }

  /**
   * What a run took.
   *
   * @param wanted tokens of the requests; 0 if there were none
   * @param computed tokens that went through the model
   */
  private record Run(long wanted, long computed, double seconds) {}

  private void row(String name, Workload workload) throws InterruptedException, ExecutionException {
    // The first run of each warms up.
    asked(workload);
    kept(workload);
    Run asked = asked(workload);
    Run kept = kept(workload);
    report.row(
        "%s | %,d | %,d (%.0f%%) | %,d (%.0f%%) | %.2f | %.2f",
        name,
        asked.wanted(),
        asked.computed(),
        100.0 * asked.computed() / asked.wanted(),
        kept.computed(),
        100.0 * kept.computed() / asked.wanted(),
        asked.seconds(),
        kept.seconds());
  }

  private Run asked(Workload workload) throws InterruptedException, ExecutionException {
    try (Engine engine = start();
        EngineProcess process = engine.openProcess("asked")) {
      Client client = new Client(process);
      long begin = System.nanoTime();
      workload.ask(client);
      return run(engine, client.tokens(), begin);
    }
  }

  private Run kept(Workload workload) throws InterruptedException, ExecutionException {
    try (Engine engine = start();
        EngineProcess process = engine.openProcess("kept");
        Sequence root = new Sequence(process.newContext())) {
      long begin = System.nanoTime();
      workload.keep(root);
      return run(engine, 0, begin);
    }
  }

  private Engine start() {
    return Engine.start(model, EngineConfig.defaults(1 << 14));
  }

  private static Run run(Engine engine, long wanted, long begin) {
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new Run(wanted, engine.statistics().tokens(), seconds);
  }
}
