package dev.bourse.host;

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
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.InferletProcess.LaunchDetails;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Entry;
import dev.bourse.host.program.JavaProgram;
import dev.bourse.host.program.ProgramLoader;
import dev.bourse.host.program.WasmProgram;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Runs inferlets: loads their programs and keeps their processes. Thread safe. */
public final class InferletHost implements AutoCloseable {
  private static final String SHUTTING_DOWN = "the host is shutting down";

  private final List<ServedModel> models;
  private final Network network;
  private final Imports imports;
  private final ProgramLoader loader;
  private final AtomicLong launched = new AtomicLong();
  private final Map<String, InferletProcess> processes = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * A host whose inferlets may use {@code models}.
   *
   * @param models the first is the default; their engines belong to the caller
   * @param codeCache where compiled programs are kept, if anywhere
   */
  public InferletHost(List<ServedModel> models, Optional<Path> codeCache) {
    this(models, codeCache, HostSettings.DEFAULT);
  }

  /** A host whose inferlets may use {@code models}, and what {@code settings} permit. */
  public InferletHost(List<ServedModel> models, Optional<Path> codeCache, HostSettings settings) {
    this(models, codeCache, List.of(), new Network(settings.network()), settings.mcp());
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
    this.models = List.copyOf(models);
    this.network = network;
    this.imports =
        new Imports(new OutsideImports(network, new McpServers(mcp, network))::make, more);
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
    InferletProcess.Task task =
        switch (request.program()) {
          case WasmProgram wasm -> new GuestTask(wasm, imports);
          case JavaProgram java -> new JavaTask(java);
        };
    return start(request.program().name(), details(request), task);
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
    InferletProcess process = start(wasm.name(), details(request), task);
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

  private static LaunchDetails details(LaunchRequest request) {
    return new LaunchDetails(
        request.input(),
        request.username(),
        request.limits(),
        request.capabilities(),
        request.output(),
        request.budget());
  }

  private InferletProcess start(String program, LaunchDetails details, InferletProcess.Task task) {
    if (closed) {
      throw new IllegalStateException("the host is closed");
    }
    String id = Long.toString(launched.incrementAndGet());
    InferletProcess process = new InferletProcess(id, program, details, task, models);
    processes.put(id, process);
    process.start(() -> processes.remove(id));
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
