package dev.bourse.bench;

import dev.bourse.demo.DemoModel;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.StepStatistics;
import dev.bourse.host.InferletHost;
import dev.bourse.host.LaunchRequest;
import dev.bourse.host.process.ChatTurns;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.OutputListener;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.Programs;
import dev.bourse.host.program.WasmProgram;
import dev.bourse.model.Model;
import dev.bourse.server.TemplateTurns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the sandbox costs: host calls by kind, launches until the first of them, the decode loop of
 * {@code text-completion} as a guest, step by step, its launch, and a thousand of its instances
 * that wait in a host call.
 */
public final class InferletBench {
  private static final int WARM_UPS = 60;
  private static final int RUNS = 40;
  private static final int INSTANCES = 1000;
  private static final int LAUNCHES = 2000;
  private static final String INPUT =
      "{\"prompt\":\"Tell me a story about an owl.\",\"max_tokens\":256,\"temperature\":0,"
          + "\"top_p\":1}";

  private static final String ONE_TOKEN = INPUT.replace("256", "1");

  private InferletBench() {}

  /** No arguments. */
  public static void main(String[] args) throws Exception {
    System.setProperty("bourse.kernels", System.getProperty("bourse.kernels", "vector"));
    Report report = new Report(System.out);
    InferletPackage inferlet = Programs.builtIn().resolve("text-completion");
    try (Model model = Model.load(DemoModel.NAME, DemoModel::bytes);
        Engine engine = Engine.start(model, EngineConfig.defaults(4096))) {
      try (InferletHost host = host(engine, new TemplateTurns(model))) {
        HostCalls.costs(report, host);
        HostCalls.launches(report, host);
      }
      decode(report, engine, new TemplateTurns(model), inferlet);
      launches(report, engine, new TemplateTurns(model), inferlet);
      instances(report, engine, new TemplateTurns(model), inferlet);
    }
  }

  /** From the launch of a program that is loaded to the first turn it asks the host for. */
  private static void launches(
      Report report, Engine engine, ChatTurns turns, InferletPackage inferlet) {
    AtomicLong arrival = new AtomicLong();
    CountDownLatch open = new CountDownLatch(0);
    Runnable arrived = () -> arrival.compareAndSet(0, System.nanoTime());
    try (InferletHost host = host(engine, new Gate(turns, arrived, open))) {
      WasmProgram program =
          host.programs().load(inferlet.name(), inferlet.wasm(), Execution.COMPILED);
      Times times = new Times();
      for (int i = -LAUNCHES; i < LAUNCHES; i++) {
        arrival.set(0);
        long begin = System.nanoTime();
        InferletProcess process = host.launch(LaunchRequest.of(program, ONE_TOKEN));
        var _ = process.outcome().join();
        if (i >= 0) { // The others warm up.
          times.add(arrival.get() - begin);
        }
      }
      report.title("From the launch of text-completion to the first turn it asks for, warm");
      report.header("launches", "p50, microseconds", "p99");
      report.row("%d | %.0f | %.0f", LAUNCHES, times.medianMicros(), times.percentileMicros(99));
    }
  }

  private static void decode(
      Report report, Engine engine, ChatTurns turns, InferletPackage inferlet) {
    try (InferletHost host = host(engine, turns)) {
      WasmProgram program =
          host.programs().load(inferlet.name(), inferlet.wasm(), Execution.COMPILED);
      List<StepStatistics> runs = new ArrayList<>();
      for (int i = -WARM_UPS; i < RUNS; i++) {
        BetweenPieces between = new BetweenPieces(engine);
        var _ = host.launch(LaunchRequest.of(program, INPUT).withOutput(between)).outcome().join();
        if (i >= 0) {
          runs.add(between.spent());
        }
      }
      report.title("A decode step driven by the guest text-completion, microseconds, sum of runs");
      report.header("runs", "steps", "step", "forward", "plan", "sample", "settle", "wait: host");
      Shares.row(report, Integer.toString(RUNS), runs.stream().reduce(Shares::sum).orElseThrow());
    }
  }

  private static void instances(
      Report report, Engine engine, ChatTurns turns, InferletPackage inferlet)
      throws InterruptedException {
    CountDownLatch arrived = new CountDownLatch(INSTANCES);
    CountDownLatch open = new CountDownLatch(1);
    try (InferletHost host = host(engine, new Gate(turns, arrived::countDown, open))) {
      WasmProgram program =
          host.programs().load(inferlet.name(), inferlet.wasm(), Execution.COMPILED);
      long heapBefore = usedHeap();
      long begin = System.nanoTime();
      List<InferletProcess> processes = new ArrayList<>();
      for (int i = 0; i < INSTANCES; i++) {
        processes.add(host.launch(LaunchRequest.of(program, INPUT)));
      }
      arrived.await();
      double seconds = (System.nanoTime() - begin) / 1e9;
      double heap = (usedHeap() - heapBefore) / 1e6;
      long threads = Thread.getAllStackTraces().size();
      report.title("Instances of text-completion, all of them blocked in a host call");
      report.header("instances", "seconds until all wait", "heap MB", "KiB each", "OS threads");
      report.row(
          "%d | %.2f | %.0f | %.0f | %d",
          INSTANCES, seconds, heap, heap * 1e6 / 1024 / INSTANCES, threads);
      processes.forEach(process -> process.terminate("measured"));
      open.countDown();
    }
  }

  private static InferletHost host(Engine engine, ChatTurns turns) {
    return new InferletHost(
        List.of(new ServedModel(DemoModel.NAME, engine, turns)), Optional.empty());
  }

  private static long usedHeap() {
    long[] used = new long[3];
    for (int i = 0; i < used.length; i++) {
      System.gc();
      used[i] = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
    return Arrays.stream(used).min().orElseThrow();
  }

  /** What the step loop did from the first piece of an answer to the last. */
  private static final class BetweenPieces implements OutputListener {
    private final Engine engine;
    private StepStatistics first;
    private StepStatistics last;
    private boolean begun;

    BetweenPieces(Engine engine) {
      this.engine = engine;
      this.first = engine.statistics();
      this.last = first;
    }

    @Override
    public void text(String text) {
      last = engine.statistics();
      if (!begun) {
        first = last;
        begun = true;
      }
    }

    @Override
    public void stdout(byte[] bytes) {}

    @Override
    public void stderr(byte[] bytes) {}

    StepStatistics spent() {
      return Shares.difference(last, first);
    }
  }

  /** Holds every guest at its first turn until the gate opens. */
  private record Gate(ChatTurns turns, Runnable arrived, CountDownLatch open) implements ChatTurns {
    private int[] hold(int[] tokens) {
      arrived.run();
      try {
        open.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return tokens;
    }

    @Override
    public int[] system(String text) {
      return hold(turns.system(text));
    }

    @Override
    public int[] firstUser(String text) {
      return hold(turns.firstUser(text));
    }

    @Override
    public int[] user(String text) {
      return hold(turns.user(text));
    }

    @Override
    public int[] systemUser(String system, String user) {
      return hold(turns.systemUser(system, user));
    }

    @Override
    public int[] assistant(String text) {
      return hold(turns.assistant(text));
    }

    @Override
    public int[] cue() {
      return turns.cue();
    }

    @Override
    public int[] seal() {
      return turns.seal();
    }

    @Override
    public int[] stopTokens() {
      return turns.stopTokens();
    }
  }
}
