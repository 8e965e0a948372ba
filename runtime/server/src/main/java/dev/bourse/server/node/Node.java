package dev.bourse.server.node;

import dev.bourse.engine.AccountView;
import dev.bourse.engine.Budget;
import dev.bourse.engine.Context.Bids;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineException;
import dev.bourse.engine.EngineProcess;
import dev.bourse.engine.NoSuchSnapshotException;
import dev.bourse.host.HostStatistics;
import dev.bourse.host.HttpCall;
import dev.bourse.host.InferletHost;
import dev.bourse.host.LaunchRequest;
import dev.bourse.host.http.Response;
import dev.bourse.host.http.ServedRequest;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.OutputListener;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.Program;
import dev.bourse.host.program.ProgramStore;
import dev.bourse.host.program.Programs;
import dev.bourse.kv.snapshot.SnapshotInfo;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.AuditLog;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.RateLimiter;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.Role;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.request.RequestScope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engine as a service: what callers may do, and whose it is. Every method that takes a {@link
 * Caller} refuses what is not his with a {@link ServiceException}. Thread safe.
 */
public final class Node implements AutoCloseable {
  /** A process that is stopped ends within moments; one that does not is left to the host. */
  private static final Duration STOPPING = Duration.ofSeconds(5);

  /** How often it is looked whether a model that is being removed is still used. */
  private static final Duration USED_EVERY = Duration.ofMillis(20);

  private final ServedModels models;
  private final InferletHost host;
  private final ProgramShelf programs;
  private final NodeSettings settings;
  private final ProcessTable processes;
  private final RateLimiter launches;
  private final AuditLog audit;
  private volatile boolean draining;

  /**
   * A node.
   *
   * @param models their engines belong to the caller
   * @param host of those models; belongs to the node
   */
  public Node(
      ServedModels models,
      InferletHost host,
      ProgramShelf programs,
      NodeSettings settings,
      AuditLog audit) {
    this.audit = audit;
    this.models = models;
    this.host = host;
    this.programs = programs;
    this.settings = settings;
    this.processes =
        new ProcessTable(
            tenant -> settings.quotas().of(tenant).processes(),
            settings.endedPerTenant(),
            settings.endedBytesPerTenant());
    this.launches = new RateLimiter(tenant -> settings.quotas().of(tenant).launches());
  }

  // Processes

  /**
   * Starts a process of the caller's tenant.
   *
   * @throws ServiceException when there is no such program, its parameters are wrong, or the tenant
   *     may not have what it asks for
   */
  public NodeProcess launch(Caller caller, Launch launch) {
    return launch(caller, launch, host::launch);
  }

  /**
   * A process that answers an HTTP request.
   *
   * @param response what it answers, its body as it comes; or an {@link
   *     dev.bourse.host.http.HttpException} that says why there is no answer
   */
  public record Answering(NodeProcess process, CompletableFuture<Response> response) {}

  /**
   * Has a process of the caller's tenant answer an HTTP request.
   *
   * @throws ServiceException as {@link #launch}, and when the program answers no requests
   */
  public Answering answer(Caller caller, Launch launch, ServedRequest asked) {
    CompletableFuture<Response> response = new CompletableFuture<>();
    NodeProcess process = launch(caller, launch, request -> answer(request, asked, response));
    return new Answering(process, response);
  }

  private InferletProcess answer(
      LaunchRequest request, ServedRequest asked, CompletableFuture<Response> response) {
    HttpCall call;
    try {
      call = host.handle(request, asked);
    } catch (IllegalArgumentException e) {
      throw new ServiceException(
          Reason.NOT_FOUND, "no program for requests: " + String.valueOf(e.getMessage()));
    }
    var _ =
        call.response()
            .whenComplete(
                (answer, error) -> {
                  if (error == null) {
                    response.complete(answer);
                  } else {
                    response.completeExceptionally(error);
                  }
                });
    return call.process();
  }

  private NodeProcess launch(
      Caller caller, Launch launch, Function<LaunchRequest, InferletProcess> starter) {
    caller.require(Role.USE, "launching a program");
    requireServing();
    requireRate(caller.tenant());
    InferletPackage inferlet = programs.resolve(caller.tenant(), launch.program());
    String input = input(inferlet, launch.input());
    Limits limits = limits(inferlet, launch.limits());
    ProcessTable.Place place = processes.reserve(caller.tenant());
    try {
      Program program =
          ProgramShelf.attempt(
              () ->
                  host.programs()
                      .load(
                          inferlet,
                          launch.interpreted() ? Execution.INTERPRETED : Execution.COMPILED));
      EventLog log = new EventLog(settings.logBytes());
      Optional<RequestScope> asked = RequestScope.current();
      LaunchRequest request =
          LaunchRequest.of(program, input)
              .withUsername(caller.tenant())
              .withLimits(limits)
              .withCapabilities(inferlet.capabilities())
              .withBudget(budget(caller.tenant(), launch))
              .withMounts(settings.mounts())
              .withOutput(writingTo(log))
              .withTrace(asked.flatMap(RequestScope::trace));
      if (launch.bid().isPresent()) {
        request = request.withFirstBid(bids(launch.bid().get()));
      }
      NodeProcess process =
          new NodeProcess(
              start(request, starter), log, Instant.now(), asked.map(RequestScope::id).orElse(""));
      place.take(process);
      asked.ifPresent(scope -> scope.process(process.id()));
      return process;
    } catch (RuntimeException | Error e) {
      place.giveBack();
      throw e;
    }
  }

  private void requireRate(String tenant) {
    RateLimiter.Answer rate = launches.take(tenant, System.nanoTime());
    if (!rate.taken()) {
      throw Admission.tooFast("launches", tenant, "launches-per-second", rate);
    }
  }

  private static Bids bids(Launch.Bid bid) {
    if (!(bid.perToken() >= 0 && bid.perPage() >= 0)) {
      throw new ServiceException(Reason.INVALID_ARGUMENT, "a bid is at least 0");
    }
    return new Bids(bid.perToken(), bid.perPage());
  }

  private static InferletProcess start(
      LaunchRequest request, Function<LaunchRequest, InferletProcess> starter) {
    try {
      return starter.apply(request);
    } catch (EngineException e) {
      throw new ServiceException(Reason.BUDGET_EXCEEDED, String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      throw new ServiceException(Reason.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  private static OutputListener writingTo(EventLog log) {
    return new OutputListener() {
      @Override
      public void text(String text) {
        log.add(new Event.Message(text));
      }

      @Override
      public void file(byte[] bytes) {
        log.add(new Event.File(bytes));
      }

      @Override
      public void stdout(byte[] bytes) {
        log.add(new Event.Stdout(bytes));
      }

      @Override
      public void stderr(byte[] bytes) {
        log.add(new Event.Stderr(bytes));
      }
    };
  }

  private static String input(InferletPackage inferlet, String json) {
    String given = json.isBlank() ? "{}" : json;
    return ProgramShelf.attempt(
        () ->
            inferlet.manifest().isPresent()
                ? inferlet.manifest().get().input(given, Map.of())
                : Manifest.anyInput(inferlet.name(), given));
  }

  private Limits limits(InferletPackage inferlet, Map<String, Long> named) {
    Limits limits = inferlet.limits();
    for (Map.Entry<String, Long> entry : named.entrySet()) {
      Limit limit =
          Limit.byKey(entry.getKey())
              .orElseThrow(
                  () ->
                      new ServiceException(
                          Reason.INVALID_ARGUMENT,
                          "there is no limit \"%s\"; there are %s"
                              .formatted(entry.getKey(), Limit.keys())));
      long max = Math.max(settings.limits().max(limit), inferlet.limits().max(limit));
      if (entry.getValue() < 1 || entry.getValue() > max) {
        throw new ServiceException(
            Reason.INVALID_ARGUMENT,
            "the limit %s is %d, but must be from 1 to %d"
                .formatted(limit.key(), entry.getValue(), max),
            Map.of("limit", limit.key(), "max", Long.toString(max)));
      }
      limits = limits.with(limit, entry.getValue());
    }
    return limits;
  }

  /** The budget, if there is to be one: of what is not limited, everything that the tenant has. */
  private @Nullable Budget budget(String tenant, Launch launch) {
    if ((launch.budgetCredits().isEmpty() && launch.budgetTokens().isEmpty())
        || models().isEmpty()) {
      return null;
    }
    OptionalDouble credits = launch.budgetCredits();
    OptionalLong tokens = launch.budgetTokens();
    if (tokens.orElse(1) < 1 || !(credits.orElse(0) >= 0) || Double.isInfinite(credits.orElse(0))) {
      throw new ServiceException(
          Reason.INVALID_ARGUMENT, "a budget is at least 1 token and at least 0 credits");
    }
    AccountView account = account(model("").engine(), tenant);
    if (credits.orElse(0) > account.balance()) {
      throw new ServiceException(
          Reason.BUDGET_EXCEEDED,
          "a budget of %s credits is more than the %s that tenant %s has"
              .formatted(credits.getAsDouble(), account.balance(), tenant),
          Map.of("balance", Double.toString(account.balance())));
    }
    return new Budget(
        credits.orElse(account.balance()),
        // Dividends would come on top of the credits that are allowed.
        credits.isPresent() ? 0 : account.endowment(),
        tokens);
  }

  private static AccountView account(Engine engine, String tenant) {
    try (EngineProcess process = engine.openProcess("account", tenant, 1)) {
      return process.account();
    }
  }

  /**
   * A process that the caller may see.
   *
   * @throws ServiceException with {@link Reason#NOT_FOUND}, also for another tenant's
   */
  public NodeProcess process(Caller caller, String id) {
    return processes
        .find(id)
        .filter(process -> caller.sees(process.tenant()))
        .orElseThrow(
            () ->
                new ServiceException(
                    Reason.NOT_FOUND, "there is no process %s, or not any more".formatted(id)));
  }

  /**
   * The processes that the caller may see.
   *
   * @param allTenants not only those of his own
   * @param ended also those that ended, as long as they are kept
   */
  public List<NodeProcess> processes(Caller caller, boolean allTenants, boolean ended) {
    if (allTenants) {
      caller.require(Role.ADMINISTER, "listing the processes of all tenants");
    }
    List<NodeProcess> all = new ArrayList<>(processes.running());
    if (ended) {
      all.addAll(processes.ended());
    }
    return all.stream()
        .filter(process -> allTenants || process.tenant().equals(caller.tenant()))
        .toList();
  }

  /**
   * Stops a process that the caller may see.
   *
   * @return the process, which may take a moment to end
   */
  public NodeProcess terminate(Caller caller, String id, String reason) {
    NodeProcess process = process(caller, id);
    process.terminate(reason);
    audit.record(caller, "process.terminate", id);
    return process;
  }

  // Programs

  /**
   * A program that was deployed.
   *
   * @param added what became of it
   */
  public record Deployed(Programs.Version version, ProgramStore.Added added) {}

  /** Keeps a program for the caller's tenant; see {@link ProgramStore#add}. */
  public Deployed deploy(Caller caller, String manifest, byte[] wasm, boolean replace) {
    caller.require(Role.DEPLOY, "deploying a program");
    requireServing();
    Programs.Version version = ProgramShelf.version(manifest);
    // What cannot be run is refused now, not at the first launch.
    var _ =
        ProgramShelf.attempt(
            () -> host.programs().load(version.toString(), wasm, Execution.COMPILED));
    ProgramStore.Added added = programs.add(caller.tenant(), manifest, wasm, replace);
    audit.record(caller, "program.deploy", version.toString());
    return new Deployed(version, added);
  }

  /** Forgets a program of the caller's tenant; processes that run it go on. */
  public void remove(Caller caller, String name, String version) {
    caller.require(Role.DEPLOY, "removing a program");
    programs.remove(caller.tenant(), name, version);
    audit.record(caller, "program.remove", name + "@" + version);
  }

  /** The versions that the caller can run, of one program or of all. */
  public List<Programs.Version> programs(Caller caller, Optional<String> name) {
    caller.require(Role.USE, "listing programs");
    return programs.versions(caller.tenant(), name);
  }

  /** The version that a reference means to the caller. */
  public Programs.Version programVersion(Caller caller, String reference) {
    caller.require(Role.USE, "describing a program");
    return ProgramShelf.attempt(() -> programs.of(caller.tenant()).find(reference));
  }

  /** The program that a reference means to the caller. */
  public InferletPackage program(Caller caller, String reference) {
    caller.require(Role.USE, "describing a program");
    return programs.resolve(caller.tenant(), reference);
  }

  // Snapshots

  /** The snapshots of the caller's tenant, by name. */
  public List<SnapshotInfo> snapshots(Caller caller) {
    return withSnapshots(caller, EngineProcess::snapshots);
  }

  /** One snapshot; {@code @owner/name} for what another tenant has granted. */
  public SnapshotInfo snapshot(Caller caller, String name) {
    return withSnapshots(caller, process -> process.snapshot(name));
  }

  /** Deletes one; contexts that were opened from it stay. */
  public void deleteSnapshot(Caller caller, String name) {
    var _ =
        withSnapshots(
            caller,
            process -> {
              process.deleteSnapshot(name);
              return name;
            });
    audit.record(caller, "snapshot.delete", name);
  }

  /** Gives one another name. */
  public void renameSnapshot(Caller caller, String from, String to) {
    var _ =
        withSnapshots(
            caller,
            process -> {
              process.renameSnapshot(from, to);
              return to;
            });
    audit.record(caller, "snapshot.rename", from + " " + to);
  }

  /** Every model's engine saves to the same store, so any of them can be asked. */
  private <T> T withSnapshots(Caller caller, Function<EngineProcess, T> action) {
    caller.require(Role.USE, "using snapshots");
    try (EngineProcess process = model("").engine().openProcess("snapshots", caller.tenant(), 1)) {
      return action.apply(process);
    } catch (NoSuchSnapshotException e) {
      throw new ServiceException(Reason.NOT_FOUND, String.valueOf(e.getMessage()));
    } catch (EngineException e) {
      throw new ServiceException(Reason.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      // What is no name of a snapshot.
      throw new ServiceException(Reason.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
  }

  /** What the host of its processes did so far. */
  public HostStatistics hostStatistics() {
    return host.statistics();
  }

  // Models

  /** The models that are served; the first is the default. */
  public List<ServedModel> models() {
    return models.all();
  }

  /**
   * Serves one more model.
   *
   * @param file see {@link ServedModels#add}
   * @param progress is told what is done now
   */
  public ServedModel addModel(Caller caller, String file, Consumer<String> progress) {
    caller.require(Role.ADMINISTER, "adding a model");
    requireServing();
    ServedModel added = models.add(file, progress);
    audit.record(caller, "model.add", added.name());
    return added;
  }

  /**
   * Serves a model no longer: processes that begin from now on are not given it, and those that use
   * it go on until they end, or the time is over.
   *
   * @return whether some had to be cut off
   */
  public boolean removeModel(Caller caller, String name, Duration patience)
      throws InterruptedException {
    caller.require(Role.ADMINISTER, "removing a model");
    Runnable free = models.withdraw(name);
    audit.record(caller, "model.remove", name);
    try {
      long end = System.nanoTime() + patience.toNanos();
      boolean used = isUsed(name);
      while (used && System.nanoTime() < end) {
        Thread.sleep(USED_EVERY);
        used = isUsed(name);
      }
      return used;
    } finally {
      free.run();
    }
  }

  /** Whether a process holds something of a model's. */
  private boolean isUsed(String model) {
    return processes.running().stream()
        .map(process -> process.usage().get(model))
        .anyMatch(usage -> usage != null && usage.pages() > 0);
  }

  /**
   * A model by its name; the default one if the name is empty.
   *
   * @throws ServiceException with {@link Reason#NOT_FOUND}
   */
  public ServedModel model(String name) {
    return models().stream()
        .filter(model -> name.isEmpty() || model.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ServiceException(
                    Reason.NOT_FOUND,
                    "there is no model \"%s\"; there are %s"
                        .formatted(
                            name,
                            String.join(", ", models().stream().map(ServedModel::name).toList()))));
  }

  /** Processes that run, of all tenants. */
  public int processes() {
    return processes.running().size();
  }

  // Life

  private void requireServing() {
    if (draining) {
      throw new ServiceException(
          Reason.UNAVAILABLE, "this server is stopping and starts nothing any more");
    }
  }

  /** Whether it takes new work. */
  public boolean isServing() {
    return !draining;
  }

  /**
   * Takes no new work, tells what runs that it is to end, and waits for it.
   *
   * @return processes that still run when the time is over
   */
  public int drain(Duration patience) throws InterruptedException {
    draining = true;
    host.announceStop();
    awaitRunning(patience);
    return processes.running().size();
  }

  /** Stops what still runs, and waits until it has told its clients. */
  public void stop() throws InterruptedException {
    draining = true;
    processes.running().forEach(process -> process.terminate("the server is stopping"));
    awaitRunning(STOPPING);
  }

  private void awaitRunning(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    // More than once: a launch may have been under way.
    for (List<NodeProcess> left = processes.running();
        !left.isEmpty() && end - System.nanoTime() > 0;
        left = processes.running()) {
      try {
        CompletableFuture.allOf(
                left.stream().map(NodeProcess::ended).toArray(CompletableFuture<?>[]::new))
            .get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        return;
      } catch (ExecutionException e) {
        throw new IllegalStateException("a process's end is never exceptional", e);
      }
    }
  }

  /** Stops every process; the engines stay, they belong to the caller. */
  @Override
  public void close() {
    draining = true;
    host.close();
  }
}
