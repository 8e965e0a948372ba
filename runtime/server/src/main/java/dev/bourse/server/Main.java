package dev.bourse.server;

import dev.bourse.server.bench.BenchCommand;
import dev.bourse.server.chat.ChatCommand;
import dev.bourse.server.config.ConfigCommand;
import dev.bourse.server.market.MarketCommand;
import dev.bourse.server.programs.ProgramCommand;
import dev.bourse.server.remote.AttachCommand;
import dev.bourse.server.remote.DeployCommand;
import dev.bourse.server.remote.KillCommand;
import dev.bourse.server.remote.LaunchCommand;
import dev.bourse.server.remote.LogsCommand;
import dev.bourse.server.remote.ModelsCommand;
import dev.bourse.server.remote.PsCommand;
import dev.bourse.server.remote.TenantsCommand;
import dev.bourse.server.scaffold.NewCommand;
import dev.bourse.server.serve.KeysCommand;
import dev.bourse.server.serve.ServeCommand;
import dev.bourse.server.simulate.SimulateCommand;
import dev.bourse.server.snapshots.SnapshotsCommand;
import dev.bourse.server.top.TopCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/** Where {@code bourse} begins. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    StartTimes times = StartTimes.atMain();
    // Numbers look the same everywhere.
    Locale.setDefault(Locale.ROOT);
    Streams streams = Streams.standard();
    int exitCode = execute(streams, times, args);
    // Not by returning: a thread that somebody left behind must not keep the process alive.
    System.exit(exitCode);
  }

  /** Runs one command line to its end and returns its exit code. */
  static int execute(Streams streams, StartTimes times, String... args) {
    Bourse bourse = new Bourse();
    CommandLine commandLine = commandLine(bourse, streams, times, args);
    int exitCode;
    try {
      exitCode = commandLine.execute(args);
      commandLine.getOut().flush();
      streams.flush();
    } catch (OutputClosedException e) {
      exitCode = ExitCode.OUTPUT_CLOSED;
    } catch (Error e) {
      exitCode = problem(e, bourse, streams);
    }
    return streams.outputFailure().map(failure -> outputFailed(failure, streams)).orElse(exitCode);
  }

  /** A reader that has gone knows why; whoever wrote to a full disk does not. */
  private static int outputFailed(IOException failure, Streams streams) {
    String reason = String.valueOf(failure.getMessage());
    if (reason.contains("Broken pipe")) {
      return ExitCode.OUTPUT_CLOSED;
    }
    streams.error("bourse: standard output cannot be written: " + reason);
    return ExitCode.OUTPUT_FAILED;
  }

  private static CommandLine commandLine(
      Bourse bourse, Streams streams, StartTimes times, String[] args) {
    CommandLine commandLine = new CommandLine(bourse);
    Map<String, Supplier<Object>> commands = commands(streams, times);
    // Picocli looks at every command it is given by reflection: to describe those that were not
    // asked for would take longer than to load the model.
    String asked = args.length > 0 && commands.containsKey(args[0]) ? args[0] : "";
    commands.forEach(
        (name, command) -> {
          if (asked.isEmpty() || asked.equals(name)) {
            commandLine.addSubcommand(command.get());
          }
        });
    addHelp(commandLine);
    return commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(new StreamsWriter(streams)))
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(
            (problem, badArgs) -> {
              streams.error("bourse: " + UsageProblem.words(problem));
              return ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (problem, command, result) -> problem(problem, bourse, streams));
  }

  private static void addHelp(CommandLine commandLine) {
    for (CommandLine subcommand : commandLine.getSubcommands().values()) {
      if (subcommand.getCommandSpec().findOption("--help") == null) {
        subcommand.getCommandSpec().mixinStandardHelpOptions(true);
        subcommand.getCommandSpec().versionProvider(new Version());
      }
      addHelp(subcommand);
    }
  }

  private static Map<String, Supplier<Object>> commands(Streams streams, StartTimes times) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("run", () -> new RunCommand(streams, times));
    commands.put("chat", () -> new ChatCommand(streams));
    commands.put("serve", () -> new ServeCommand(streams));
    commands.put("deploy", () -> new DeployCommand(streams));
    commands.put("launch", () -> new LaunchCommand(streams));
    commands.put("attach", () -> new AttachCommand(streams));
    commands.put("ps", () -> new PsCommand(streams));
    commands.put("top", () -> new TopCommand(streams));
    commands.put("logs", () -> new LogsCommand(streams));
    commands.put("kill", () -> new KillCommand(streams));
    commands.put("models", () -> ModelsCommand.create(streams));
    commands.put("tenants", () -> new TenantsCommand(streams));
    commands.put("keys", () -> KeysCommand.create(streams));
    commands.put("list", () -> new ListCommand(streams));
    commands.put("new", () -> new NewCommand(streams));
    commands.put("program", () -> ProgramCommand.create(streams));
    commands.put("snapshots", () -> SnapshotsCommand.create(streams));
    commands.put("market", () -> new MarketCommand(streams));
    commands.put("config", () -> ConfigCommand.create(streams));
    commands.put("bench", () -> new BenchCommand(streams));
    commands.put("inspect", () -> new InspectCommand(streams));
    commands.put("tokenize", () -> new TokenizeCommand(streams));
    commands.put("detokenize", () -> new DetokenizeCommand(streams));
    commands.put("template", () -> new TemplateCommand(streams));
    commands.put("simulate", () -> new SimulateCommand(streams));
    commands.put("logits", () -> new LogitsCommand(streams));
    return commands;
  }

  private static int problem(Throwable problem, Bourse bourse, Streams streams) {
    if (problem instanceof OutputClosedException) {
      return ExitCode.OUTPUT_CLOSED;
    }
    int exitCode = ExitCode.INTERNAL;
    String message = "this is a fault of bourse itself: " + problem;
    if (problem instanceof CommandException known) {
      exitCode = known.exitCode();
      message = String.valueOf(known.getMessage());
    } else if (problem instanceof OutOfMemoryError) {
      message =
          "the memory does not suffice: %s; BOURSE_JAVA_OPTS=-Xmx8g gives more"
              .formatted(problem.getMessage());
    } else if (!bourse.debug()) {
      message += " (BOURSE_DEBUG=1 shows where; please report it)";
    }
    streams.error("bourse: " + message);
    if (bourse.debug()) {
      StringWriter trace = new StringWriter();
      problem.printStackTrace(new PrintWriter(trace));
      streams.error(trace.toString());
    }
    return exitCode;
  }
}
