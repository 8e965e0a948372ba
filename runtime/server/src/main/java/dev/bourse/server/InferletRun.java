package dev.bourse.server;

import dev.bourse.engine.Budget;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineProcess.Usage;
import dev.bourse.host.InferletHost;
import dev.bourse.host.LaunchRequest;
import dev.bourse.host.http.HttpServer;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Entry;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.Program;
import dev.bourse.host.program.ProgramException;
import dev.bourse.host.program.Programs;
import dev.bourse.host.program.WasmProgram;
import dev.bourse.model.Model;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/** One inferlet from the loading of its parts to its end, on an engine of its own. */
final class InferletRun {
  private final Streams streams;
  private final StartTimes times;
  private final Job job;
  private final AtomicBoolean interrupted = new AtomicBoolean();

  InferletRun(Streams streams, StartTimes times, Job job) {
    this.streams = streams;
    this.times = times;
    this.job = job;
  }

  /**
   * What to run.
   *
   * @param inferlet the program
   * @param programs what it may launch
   * @param input its parameters, as the text of a JSON object
   * @param execution compiled or interpreted
   * @param limits of the inferlet
   * @param budget what it may use up
   * @param model a path, or {@link ModelFiles#DEMO}
   * @param seed what draws start from
   * @param files that the client sends and receives
   * @param options how to compute
   * @param snapshots whose it is, and where what it saves is kept
   */
  record Job(
      InferletPackage inferlet,
      Programs programs,
      String input,
      Execution execution,
      Limits limits,
      BudgetOptions budget,
      String model,
      long seed,
      FileOptions files,
      EngineOptions options,
      SnapshotOptions snapshots) {}

  /**
   * How it went.
   *
   * @param outcome of the inferlet
   * @param interrupted whether Ctrl-C ended it
   * @param outputClosed whether nobody reads standard output any more
   * @param statistics what it took
   */
  record End(
      Outcome outcome, boolean interrupted, boolean outputClosed, RunStatistics statistics) {}

  private interface Work<T> {
    T on(InferletHost host, Program program, Optional<Budget> budget);
  }

  /** Runs it to its end. */
  End run() {
    return onHost(this::run);
  }

  /** Has it answer HTTP requests at {@code port} of this machine, until Ctrl-C. */
  void serve(int port) {
    var _ =
        onHost(
            (host, program, budget) -> {
              serve(port, host, program, budget);
              return 0;
            });
  }

  private void serve(int port, InferletHost host, Program program, Optional<Budget> budget) {
    if (!(program instanceof WasmProgram wasm) || !(wasm.entry() instanceof Entry.Http)) {
      throw CommandException.usage(
          program.name() + " answers no requests: it exports no wasi:http/incoming-handler");
    }
    CountDownLatch over = new CountDownLatch(1);
    Interrupts.onFirst(over::countDown);
    LaunchRequest launch = request(program, budget).withOutput(new ServeOutput(streams));
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (HttpServer server =
        new HttpServer(address, HttpServer.Terms.DEFAULT, asked -> host.handle(launch, asked))) {
      streams.error(
          "bourse: %s answers at http://127.0.0.1:%d/ until Ctrl-C"
              .formatted(program.name(), server.port()));
      over.await();
    } catch (IOException e) {
      throw CommandException.failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private LaunchRequest request(Program program, Optional<Budget> budget) {
    LaunchRequest request =
        LaunchRequest.of(program, job.input())
            .withUsername(job.snapshots().user())
            .withLimits(job.limits())
            .withCapabilities(job.inferlet().capabilities())
            .withBudget(budget.orElse(null))
            .withMounts(job.options().mounts());
    return job.budget().bid().map(request::withFirstBid).orElse(request);
  }

  private <T> T onHost(Work<T> work) {
    // On two cores the program is loaded in the time that the model takes.
    FutureTask<Model> loading = new FutureTask<>(this::loadModel);
    Thread.ofPlatform().name("bourse-model-load").daemon().start(() -> load(loading));
    Program program = loadProgram();
    try (Model model = loaded(loading);
        SnapshotFolder snapshots = new SnapshotFolder(job.snapshots()::folder);
        Engine engine = job.options().start(model, job.seed(), snapshots);
        InferletHost host =
            new InferletHost(
                List.of(served(engine)),
                UserFolders.programs(),
                job.options().host().withPrograms(user -> job.programs()))) {
      return work.on(host, program, job.budget().of(engine, job.snapshots().user()));
    }
  }

  /** Loads the model, and goes on to what the engine will ask it when the first page is full. */
  private static void load(FutureTask<Model> loading) {
    loading.run();
    try {
      loading.resultNow().digest();
    } catch (IllegalStateException e) {
      // It could not be loaded, or is closed already: then nobody asks.
      return;
    }
  }

  private Model loadModel() {
    long begin = System.nanoTime();
    Model model = job.options().load(job.model());
    times.ended("model", begin);
    return model;
  }

  private static Model loaded(FutureTask<Model> loading) {
    try {
      return loading.get();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CommandException known) {
        throw known;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("the model cannot be loaded: " + e.getCause(), e.getCause());
    }
  }

  /** A program belongs to no host, so one that serves no models yet can load it. */
  private Program loadProgram() {
    long begin = System.nanoTime();
    try (InferletHost host = new InferletHost(List.of(), UserFolders.programs())) {
      return host.programs().load(job.inferlet(), job.execution());
    } catch (ProgramException e) {
      throw CommandException.badFile(String.valueOf(e.getMessage()), e);
    } finally {
      times.ended("program", begin);
    }
  }

  private ServedModel served(Engine engine) {
    return new ServedModel(
        engine.model().config().name(), engine, new TemplateTurns(engine.model()));
  }

  private End run(InferletHost host, Program program, Optional<Budget> budget) {
    RunOutput output = new RunOutput(streams, job.files());
    times.launched();
    long begin = System.nanoTime();
    InferletProcess process = host.launch(request(program, budget).withOutput(output));
    job.files().contents().forEach(process::sendFile);
    output.onClosed(() -> process.terminate("nobody reads its output any more"));
    Interrupts.onFirst(
        () -> {
          interrupted.set(true);
          process.terminate("interrupted");
        });
    Outcome outcome = process.outcome().join();
    long runNanos = System.nanoTime() - begin;
    switch (outcome) {
      case Outcome.Finished(String result) -> output.finish(result);
      case Outcome.Failed _ -> output.endLine();
    }
    Usage usage = process.usage().values().iterator().next();
    return new End(
        outcome, interrupted.get(), output.isClosed(), new RunStatistics(usage, times, runNanos));
  }
}
