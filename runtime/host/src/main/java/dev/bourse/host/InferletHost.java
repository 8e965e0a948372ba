package dev.bourse.host;

import dev.bourse.engine.Budget;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Imports;
import dev.bourse.host.http.HttpError;
import dev.bourse.host.http.HttpException;
import dev.bourse.host.http.Network;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.http.Response;
import dev.bourse.host.http.ServedRequest;
import dev.bourse.host.mcp.McpServers;
import dev.bourse.host.mcp.McpSettings;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.InferletProcess.LaunchDetails;
import dev.bourse.host.process.LimitExceededException;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.OutputListener;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.process.UserMessages;
import dev.bourse.host.program.Entry;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.JavaProgram;
import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.ManifestException;
import dev.bourse.host.program.Program;
import dev.bourse.host.program.ProgramException;
import dev.bourse.host.program.ProgramLoader;
import dev.bourse.host.program.Programs;
import dev.bourse.host.program.WasmProgram;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs inferlets: loads their programs and keeps their processes. Thread safe. */
public final class InferletHost implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String SHUTTING_DOWN = "the host is shutting down";

  private final Supplier<List<ServedModel>> models;
  private final Network network;
  private final OutsideImports outside;
  private final Imports imports;
  private final Function<String, Programs> programs;
  private final ProgramLoader loader;
  private final Map<String, InferletProcess> processes = new ConcurrentHashMap<>();
  private final Map<String, UserMessages> messages = new ConcurrentHashMap<>();
  private final HostCounters counters = new HostCounters();
  private volatile boolean stopping;
  private volatile boolean closed;

  /**
   * A host whose inferlets may use {@code models}, and what {@code settings} permit.
   *
   * @param models the first is the default; their engines belong to the caller
   * @param codeCache where compiled programs are kept, if anywhere
   */
  public InferletHost(List<ServedModel> models, Optional<Path> codeCache, HostSettings settings) {
    this(fixed(models), codeCache, settings);
  }

  /**
   * A host whose inferlets may use the models that there are when they are launched.
   *
   * @param models the first is the default; their engines belong to the caller
   */
  public InferletHost(
      Supplier<List<ServedModel>> models, Optional<Path> codeCache, HostSettings settings) {
    this(models, codeCache, settings, List.of(), new Network(settings.network()));
  }

  private static Supplier<List<ServedModel>> fixed(List<ServedModel> models) {
    List<ServedModel> copy = List.copyOf(models);
    return () -> copy;
  }

  /** A host with {@link HostSettings#DEFAULT}. */
  public InferletHost(List<ServedModel> models, Optional<Path> codeCache) {
    this(models, codeCache, HostSettings.DEFAULT);
  }

  /** A host with imports of a test's own. */
  InferletHost(List<ServedModel> models, Optional<Path> codeCache, List<ImportModule> more) {
    this(models, codeCache, more, new Network(NetworkSettings.DEFAULT), McpSettings.DEFAULT);
  }

  /** A host with a network of a test's own, too; it closes the network. */
  InferletHost(
      List<ServedModel> models,
      Optional<Path> codeCache,
      List<ImportModule> more,
      Network network,
      McpSettings mcp) {
    this(
        fixed(models),
        codeCache,
        new HostSettings(NetworkSettings.DEFAULT, mcp, user -> Programs.builtIn()),
        more,
        network);
  }

  private InferletHost(
      Supplier<List<ServedModel>> models,
      Optional<Path> codeCache,
      HostSettings settings,
      List<ImportModule> more,
      Network network) {
    this.programs = settings.programs();
    this.models = models;
    this.network = network;
    this.outside = new OutsideImports(network, new McpServers(settings.mcp(), network));
    this.imports = new Imports(outside::make, more);
    this.loader = new ProgramLoader(imports, codeCache);
  }

  public ProgramLoader programs() {
    return loader;
  }

  /**
   * Starts a process. Whatever the program does wrong shows in the process's outcome.
   *
   * @throws IllegalStateException when the host is closed
   * @throws dev.bourse.engine.EngineException when the user does not have what the budget says
   */
  public InferletProcess launch(LaunchRequest request) {
    return start(process(request, task(request.program())));
  }

  /**
   * Has a process answer an HTTP request; the program exports {@code wasi:http/incoming-handler}.
   *
   * @throws IllegalArgumentException when the program answers no requests
   * @throws IllegalStateException and others as {@link #launch}
   */
  public HttpCall handle(LaunchRequest request, ServedRequest asked) {
    if (!(request.program() instanceof WasmProgram wasm)
        || !(wasm.entry() instanceof Entry.Http entry)) {
      throw new IllegalArgumentException(
          request.program().name() + " does not export wasi:http/incoming-handler");
    }
    CompletableFuture<Response> response = new CompletableFuture<>();
    HttpTask task = new HttpTask(wasm, entry, imports, asked, response);
    InferletProcess process = start(process(request, task));
    var _ =
        process
            .outcome()
            .thenAccept(
                outcome -> {
                  String why =
                      outcome instanceof Outcome.Failed failed
                          ? "the inferlet failed: " + failed.message()
                          : "the inferlet gave no response";
                  response.completeExceptionally(
                      new HttpException(HttpError.Code.INTERNAL_ERROR, why));
                });
    return new HttpCall(process, response);
  }

  private InferletProcess process(LaunchRequest request, InferletProcess.Task task) {
    requireOpen();
    LaunchDetails details =
        new LaunchDetails(
            request.input(),
            request.username(),
            request.limits(),
            request.capabilities(),
            request.output(),
            request.budget(),
            request.firstBid(),
            messages.computeIfAbsent(request.username(), user -> new UserMessages()),
            request.mounts(),
            request.trace());
    return new InferletProcess(
        newId(), request.program().name(), details, task, models.get(), this::launchChild);
  }

  private InferletProcess launchChild(
      InferletProcess parent, String name, String input, @Nullable Budget budget) {
    requireOpen();
    parent.require(Capability.LAUNCH, "launching an inferlet");
    try {
      InferletPackage found = programs.apply(parent.username()).resolve(name);
      Limits limits =
          found.manifest().map(Manifest::limits).orElse(parent.limits()).atMost(parent.limits());
      found.checkSize(limits);
      WasmProgram program = loader.load(found.name(), found.wasm(), Execution.COMPILED);
      String checked =
          found.manifest().isPresent() ? found.manifest().get().input(input, Map.of()) : input;
      // Its messages and its output have no reader; what it logs is read where its parent's is.
      OutputListener output = OutputListener.logOnly(parent.output());
      LaunchDetails details =
          new LaunchDetails(
              checked,
              parent.username(),
              limits,
              found.capabilities().atMost(parent.capabilities()),
              output,
              budget,
              Optional.empty(),
              parent.messages(),
              parent.mounts(),
              parent.trace());
      return start(parent.child(newId(), found.name(), details, task(program)));
    } catch (ProgramException | ManifestException | LimitExceededException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private InferletProcess.Task task(Program program) {
    return switch (program) {
      case WasmProgram wasm -> new GuestTask(wasm, imports);
      case JavaProgram java -> new JavaTask(java, outside);
    };
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the host is closed");
    }
  }

  /** Nobody can guess it, and no other run of the host gives it again. */
  private static String newId() {
    return "p" + Long.toUnsignedString(RANDOM.nextLong() & Long.MAX_VALUE, Character.MAX_RADIX);
  }

  private InferletProcess start(InferletProcess process) {
    String id = process.id();
    processes.put(id, process);
    counters.started();
    var _ = process.outcome().thenAccept(outcome -> counters.ended(process, outcome));
    process.start(() -> processes.remove(id));
    if (stopping) {
      process.announceStop();
    }
    if (closed) {
      // Closed meanwhile, and perhaps before this process could be seen there.
      process.terminate(SHUTTING_DOWN);
    }
    return process;
  }

  /** The processes that have not ended, in no order. */
  public List<InferletProcess> processes() {
    return List.copyOf(processes.values());
  }

  /** What the host did so far. */
  public HostStatistics statistics() {
    List<InferletProcess> running = processes();
    return new HostStatistics(
        running.size(),
        counters.startedCount(),
        counters.finishedCount(),
        counters.failedCounts(),
        counters.limitCounts(),
        running.stream().mapToLong(InferletProcess::memoryBytes).sum(),
        loader.statistics());
  }

  /**
   * Tells every process, and whatever they launch from now on, that all are to end: who holds
   * something that is to last saves it.
   */
  public void announceStop() {
    stopping = true;
    processes().forEach(InferletProcess::announceStop);
  }

  /** Stops every process and waits until they have ended. */
  @Override
  public void close() {
    closed = true;
    for (InferletProcess process : processes()) {
      process.terminate(SHUTTING_DOWN);
    }
    for (InferletProcess process : processes()) {
      process.outcome().join();
    }
    network.close();
  }
}
