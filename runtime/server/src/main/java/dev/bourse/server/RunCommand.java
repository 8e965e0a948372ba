package dev.bourse.server;

import dev.bourse.client.BourseClient;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.LimitExceededException;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.ManifestException;
import dev.bourse.server.remote.DeclaredParameters;
import dev.bourse.server.remote.RemoteLaunch;
import dev.bourse.server.remote.ServerOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code bourse run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = false,
    customSynopsis = "bourse run NAME[@RANGE]|FILE.wasm|DIR/ [OPTIONS] [--PARAMETER VALUE...]",
    description = {
      "Run an inferlet on a model and stream what it says: here or, with --server, on a server,"
          + " where Ctrl-C stops it as well.",
      "",
      "bourse list shows the inferlets that ship, bourse program list all; bourse run NAME --help"
          + " also shows the parameters of NAME. A parameter that is called like an option below"
          + " goes into --json.",
      ""
    })
final class RunCommand implements Callable<Integer> {
  private static final long MILLIS_PER_SECOND = 1000;
  private static final long WASM_PAGES_PER_MIB = 16;
  private static final int PORT_MAX = 65_535;
  private static final String[] UNDERSTOOD_BY_SERVERS = {
    "--json",
    "--seed",
    "--timeout",
    "--max-memory",
    "--limit",
    "--budget-tokens",
    "--budget-credits",
    "--bid",
    "--help"
  };

  private final Streams streams;
  private final StartTimes times;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "NAME[@RANGE]|FILE.wasm|DIR/",
      arity = "0..1",
      description =
          "An inferlet that ships or was added (bourse program), and which versions of it will do,"
              + " such as ^1.2; or a WebAssembly module, or the folder of one; the file"
              + " inferlet.toml beside it is its manifest.")
  private @Nullable String program;

  @Unmatched private List<String> parameters = new ArrayList<>();

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE.gguf",
      description = "The model; the embedded one unless given.")
  private String model = ModelFiles.DEMO;

  @Option(
      names = "--json",
      paramLabel = "OBJECT",
      description = "Parameters as one JSON object; those given one by one come on top.")
  private String json = "{}";

  @Option(
      names = "--stats",
      paramLabel = "FORM",
      description =
          "What the run took, as the last line of standard error: ${COMPLETION-CANDIDATES}."
              + " Default: ${DEFAULT-VALUE}.")
  private StatisticsForm statisticsForm = StatisticsForm.LINE;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Makes draws reproducible; also the inferlet's parameter 'seed', if it has one.")
  private @Nullable Long seed;

  @Option(
      names = "--interpreter",
      description = "Interpret the module instead of compiling it: starts sooner, runs slower.")
  private boolean interpreter;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Stop the inferlet after this long. Default: 600, or as its manifest says.")
  private @Nullable Long timeoutSeconds;

  @Option(
      names = "--max-memory",
      paramLabel = "MIB",
      description = "Linear memory the inferlet may have. Default: 64, or as its manifest says.")
  private @Nullable Long maxMemoryMib;

  @Option(
      names = "--limit",
      paramLabel = "NAME=N",
      description =
          "A limit of the inferlet, such as contexts=16, instead of what its manifest says; any"
              + " number of them. docs/sandbox.md lists the names.")
  private Map<String, Long> namedLimits = new LinkedHashMap<>();

  @Option(
      names = "--http",
      paramLabel = "PORT",
      description =
          "Have the inferlet answer HTTP requests at this port of this machine until Ctrl-C, each"
              + " in a process of its own; 0 finds a free port.")
  private @Nullable Integer httpPort;

  @Mixin private BudgetOptions budgetOptions = new BudgetOptions();

  @Mixin private FileOptions fileOptions = new FileOptions();

  @Mixin private EngineOptions engineOptions = new EngineOptions();

  @Mixin private ProgramOptions programOptions = new ProgramOptions();

  @Mixin private SnapshotOptions snapshotOptions = new SnapshotOptions();

  @Mixin private ServerOption server = new ServerOption();

  @Option(
      names = {"-h", "--help"},
      description = "Show this, and the parameters of NAME.")
  private boolean help;

  /** What is printed at the end. */
  enum StatisticsForm {
    LINE,
    JSON,
    NONE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  RunCommand(Streams streams, StartTimes times) {
    this.streams = streams;
    this.times = times;
  }

  @Override
  public Integer call() {
    if (program == null) {
      if (help) {
        spec.commandLine().usage(spec.commandLine().getOut());
        return ExitCode.OK;
      }
      throw CommandException.usage("run what? bourse list shows the inferlets that ship");
    }
    String named = program;
    if (server.isAsked(UNDERSTOOD_BY_SERVERS)) {
      return server.use(client -> runThere(client, named));
    }
    InferletPackage inferlet = Inferlets.find(program, programOptions.programs());
    if (help) {
      printHelp(inferlet);
      return ExitCode.OK;
    }
    if (httpPort != null) {
      if (httpPort < 0 || httpPort > PORT_MAX) {
        throw CommandException.usage(
            "--http is %d, but must be from 0 to %d".formatted(httpPort, PORT_MAX));
      }
      if (fileOptions.areGiven()) {
        throw CommandException.usage(
            "--send-file and --output-dir are for one run, and with --http each request is one;"
                + " leave them out");
      }
      new InferletRun(streams, times, job(inferlet)).serve(httpPort);
      return ExitCode.OK;
    }
    InferletRun.End end = new InferletRun(streams, times, job(inferlet)).run();
    return finish(inferlet, end);
  }

  private int runThere(BourseClient client, String there) {
    if (Inferlets.isPath(there)) {
      throw CommandException.usage(
          "%s: a server runs programs that it has; bourse deploy brings it one".formatted(there));
    }
    if (help) {
      spec.commandLine().usage(spec.commandLine().getOut());
      streams.print(ManifestHelp.parameters(DeclaredParameters.of(client.describe(there))));
      streams.flush();
      return ExitCode.OK;
    }
    List<String> all = new ArrayList<>(parameters);
    if (seed != null) {
      all.add("--seed=" + seed);
    }
    Map<String, Long> limits = new LinkedHashMap<>();
    limits().forEach((limit, max) -> limits.put(limit.key(), max));
    return new RemoteLaunch(there, json, all, limits, budgetOptions).follow(client, streams, false);
  }

  private InferletRun.Job job(InferletPackage inferlet) {
    snapshotOptions.check();
    engineOptions.check();
    budgetOptions.check();
    Limits limits = limits(inferlet);
    try {
      inferlet.checkSize(limits);
    } catch (LimitExceededException e) {
      throw CommandException.badFile("%s: %s".formatted(inferlet.name(), e.getMessage()), e);
    }
    fileOptions.load(limits);
    return new InferletRun.Job(
        inferlet,
        programOptions.programs(),
        input(inferlet),
        interpreter ? Execution.INTERPRETED : Execution.COMPILED,
        limits,
        budgetOptions,
        model,
        seed == null ? 0 : seed,
        fileOptions,
        engineOptions,
        snapshotOptions);
  }

  /** The parameters that were given, checked against the manifest, with its defaults. */
  private String input(InferletPackage inferlet) {
    if (inferlet.manifest().isEmpty()) {
      if (!parameters.isEmpty()) {
        throw CommandException.usage(
            "%s has no inferlet.toml beside it, so '%s' means nothing here; --json takes parameters"
                .formatted(inferlet.name(), parameters.getFirst()));
      }
      try {
        return Manifest.anyInput(inferlet.name(), json);
      } catch (ManifestException e) {
        throw CommandException.usage(String.valueOf(e.getMessage()));
      }
    }
    Manifest manifest = inferlet.manifest().get();
    Map<String, String> texts = ParameterArguments.parse(manifest.parameters(), parameters);
    if (seed != null && manifest.parameters().stream().anyMatch(p -> p.name().equals("seed"))) {
      texts.putIfAbsent("seed", seed.toString());
    }
    try {
      return manifest.input(json, texts);
    } catch (ManifestException e) {
      throw CommandException.usage(
          "%s (bourse run %s --help explains)".formatted(e.getMessage(), inferlet.name()));
    }
  }

  /** What the inferlet asks for and the operator permits; the command line has the last word. */
  private Limits limits(InferletPackage inferlet) {
    Limits limits = inferlet.limits().within(engineOptions.limits());
    for (Map.Entry<Limit, Long> given : limits().entrySet()) {
      limits = limits.with(given.getKey(), given.getValue());
    }
    return limits;
  }

  /** What the command line says of limits. */
  private Map<Limit, Long> limits() {
    Map<Limit, Long> limits = new EnumMap<>(Limit.class);
    put(limits, Limit.WALL_TIME_MILLIS, "--timeout", timeoutSeconds, MILLIS_PER_SECOND);
    put(limits, Limit.MEMORY_PAGES, "--max-memory", maxMemoryMib, WASM_PAGES_PER_MIB);
    for (Map.Entry<String, Long> named : namedLimits.entrySet()) {
      Limit limit =
          Limit.byKey(named.getKey())
              .orElseThrow(
                  () ->
                      CommandException.usage(
                          "--limit %s: there is no such limit; there are %s"
                              .formatted(named.getKey(), Limit.keys())));
      put(limits, limit, "--limit " + named.getKey(), named.getValue(), 1);
    }
    return limits;
  }

  private static void put(
      Map<Limit, Long> limits, Limit limit, String option, @Nullable Long value, long unit) {
    if (value == null) {
      return;
    }
    long max = limit.ceiling() / unit;
    if (value < 1 || value > max) {
      throw CommandException.usage(
          "%s is %d, but must be from 1 to %d".formatted(option, value, max));
    }
    limits.put(limit, value * unit);
  }

  private void printHelp(InferletPackage inferlet) {
    spec.commandLine().usage(spec.commandLine().getOut());
    inferlet.manifest().ifPresent(manifest -> streams.print(ManifestHelp.text(manifest)));
    streams.flush();
  }

  private int finish(InferletPackage inferlet, InferletRun.End end) {
    if (end.outputClosed()) {
      return ExitCode.OUTPUT_CLOSED;
    }
    if (!end.interrupted() && end.outcome() instanceof Outcome.Failed(var _, String message)) {
      streams.error("bourse: " + inferlet.name() + " failed: " + message);
    }
    switch (statisticsForm) {
      case LINE -> streams.error("bourse: " + end.statistics().line());
      case JSON -> streams.error(end.statistics().json());
      case NONE -> {}
    }
    if (end.interrupted()) {
      return ExitCode.INTERRUPTED;
    }
    return end.outcome() instanceof Outcome.Finished ? ExitCode.OK : ExitCode.FAILED;
  }
}
