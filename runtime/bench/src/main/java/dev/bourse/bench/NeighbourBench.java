package dev.bourse.bench;

import dev.bourse.demo.DemoModel;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.InferletHost;
import dev.bourse.host.LaunchRequest;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.OutputListener;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.Programs;
import dev.bourse.host.program.WasmProgram;
import dev.bourse.model.Model;
import dev.bourse.server.TemplateTurns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tokens per second of one honest inferlet, alone and beside each {@link Attack}, in turns: each
 * window beside it stands between two alone.
 */
public final class NeighbourBench {
  private static final int ROUNDS = Integer.getInteger("bourse.bench.rounds", 3);
  private static final long WINDOW_MILLIS = 4_000;
  private static final long WARM_UP_MILLIS = 15_000;

  /** What the names of the attacks to run contain. */
  private static final String WANTED = System.getProperty("bourse.bench.attacks", "");

  private static final String INPUT =
      "{\"prompt\":\"Tell me a story about an owl.\",\"max_tokens\":512,\"temperature\":0,"
          + "\"top_p\":1}";

  private final InferletHost host;
  private final AtomicLong tokens = new AtomicLong();
  private volatile boolean over;

  private NeighbourBench(InferletHost host) {
    this.host = host;
  }

  /** One window beside an attack. */
  private record Window(double alone, double beside, String ends) {
    double share() {
      return beside / alone;
    }
  }

  /** Arguments: a file for the figures of each window, or none. */
  public static void main(String[] args) throws Exception {
    System.setProperty("bourse.kernels", System.getProperty("bourse.kernels", "vector"));
    List<String> lines = new ArrayList<>(List.of("attack,round,alone,beside,share"));
    Report report = new Report(System.out);
    try (Model model = Model.load(DemoModel.NAME, DemoModel::bytes);
        Engine engine = Engine.start(model, EngineConfig.defaults(8192));
        InferletHost host =
            new InferletHost(
                List.of(new ServedModel("pocket", engine, new TemplateTurns(model))),
                Optional.empty())) {
      NeighbourBench bench = new NeighbourBench(host);
      Thread neighbour = Thread.ofPlatform().start(bench::drawTokens);
      Thread.sleep(WARM_UP_MILLIS);
      report.title("Tokens per second of an inferlet beside one that does harm");
      report.header("beside", "alone", "beside it", "share (lowest to highest)", "stopped");
      for (Attack attack : Attack.ALL) {
        if (attack.name().contains(WANTED)) {
          bench.print(report, attack, lines);
        }
      }
      bench.over = true;
      neighbour.join();
    }
    if (args.length > 0) {
      Files.write(Path.of(args[0]), lines);
    }
  }

  private void print(Report report, Attack attack, List<String> lines)
      throws IOException, InterruptedException {
    attack.start(host).close(); // warms up
    List<Window> windows = new ArrayList<>();
    double before = rate();
    for (int round = 0; round < ROUNDS; round++) {
      double beside;
      Attack.Running running = attack.start(host);
      try (running) {
        beside = rate();
      }
      double after = rate();
      windows.add(new Window((before + after) / 2, beside, running.ends()));
      before = after;
      lines.add(
          String.format(
              Locale.ROOT,
              "\"%s\",%d,%.1f,%.1f,%.4f",
              attack.name(),
              round,
              windows.getLast().alone(),
              beside,
              windows.getLast().share()));
    }
    double[] shares = windows.stream().mapToDouble(Window::share).sorted().toArray();
    report.row(
        "%s | %.0f | %.0f | %.0f%% (%.0f%%–%.0f%%) | %s",
        attack.name(),
        median(windows.stream().mapToDouble(Window::alone).toArray()),
        median(windows.stream().mapToDouble(Window::beside).toArray()),
        100 * median(shares),
        100 * shares[0],
        100 * shares[shares.length - 1],
        windows.getLast().ends());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** Tokens per second from now on, for a while. */
  private double rate() throws InterruptedException {
    long begin = System.nanoTime();
    long tokensBefore = tokens.get();
    Thread.sleep(WINDOW_MILLIS);
    return (tokens.get() - tokensBefore) * 1e9 / (System.nanoTime() - begin);
  }

  /** The honest inferlet, run again and again. */
  private void drawTokens() {
    InferletPackage inferlet = Programs.builtIn().resolve("text-completion");
    WasmProgram program =
        host.programs().load(inferlet.name(), inferlet.wasm(), Execution.COMPILED);
    while (!over) {
      InferletProcess process =
          host.launch(LaunchRequest.of(program, INPUT).withOutput(new Counter()));
      process.outcome().join();
    }
  }

  /** Counts the pieces of the answer, one to a token. */
  private final class Counter implements OutputListener {
    @Override
    public void text(String text) {
      tokens.incrementAndGet();
    }

    @Override
    public void stdout(byte[] bytes) {}

    @Override
    public void stderr(byte[] bytes) {}
  }
}
