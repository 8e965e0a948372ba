package dev.bourse.bench;

import dev.bourse.demo.DemoModel;
import dev.bourse.model.Model;
import dev.bourse.tensor.WorkerPool;
import java.nio.file.Path;

/** Prefill and decode of a model, with the engine called directly. */
public final class EngineBench {
  private EngineBench() {}

  /** Arguments: a model file, or none for the embedded model. */
  public static void main(String[] args) throws Exception {
    // Rates are those of a warm engine; what a cold one does is the launcher's first line.
    System.setProperty("bourse.kernels", System.getProperty("bourse.kernels", "vector"));
    Report report = new Report(System.out);
    try (Model model =
        args.length > 0
            ? Model.load(Path.of(args[0]))
            : Model.load(DemoModel.NAME, DemoModel::bytes)) {
      EngineRates rates = new EngineRates(model);
      MachineLimits limits;
      try (WorkerPool pool = new WorkerPool()) {
        limits = MachineLimits.measure(pool, model.weightBytes());
      }
      report.title("Engine, " + model.config().name());
      report.line(
          "Limits in this run: %.0f GFLOP/s of multiply-adds; %.0f GB/s reading %.1f MB, the"
              + " weights, again and again.%n",
          limits.flops() / 1e9, limits.readBytes() / 1e9, model.weightBytes() / 1e6);
      report.header("what", "tokens/s", "of the limit");
      // A token multiplies each weight once; with Q8_0 a weight is about a byte.
      double weights = model.weightBytes();
      for (int tokens : new int[] {128, 512}) {
        double rate = rates.prefill(tokens);
        report.row(
            "prefill %d | %.0f | %.0f%% of multiply-adds",
            tokens, rate, 100 * rate * 2 * weights / limits.flops());
      }
      EngineRates.Decode[] decodes = new EngineRates.Decode[3];
      int[] contexts = {1, 8, 32};
      for (int i = 0; i < contexts.length; i++) {
        decodes[i] = rates.decode(contexts[i], 400);
        report.row(
            "decode, %d at once | %.0f | %.0f%% of reading the weights once a step",
            contexts[i],
            decodes[i].tokensPerSecond(),
            100e9
                * decodes[i].statistics().steps()
                * model.weightBytes()
                / decodes[i].nanos()
                / limits.readBytes());
      }
      report.title("Where a decode step goes, microseconds");
      report.header("contexts", "steps", "step", "forward", "plan", "sample", "settle", "wait");
      for (int i = 0; i < contexts.length; i++) {
        Shares.row(report, Integer.toString(contexts[i]), decodes[i].statistics());
      }
    }
  }
}
