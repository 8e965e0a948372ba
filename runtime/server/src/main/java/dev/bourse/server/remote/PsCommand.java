package dev.bourse.server.remote;

import com.google.protobuf.Timestamp;
import dev.bourse.proto.v1.Process;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import dev.bourse.server.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bourse ps}. */
@Command(name = "ps", description = "List the processes on a server.")
public final class PsCommand implements Callable<Integer> {
  private final Streams streams;

  @Option(
      names = {"-a", "--all"},
      description = "Also those that ended, as long as the server keeps them.")
  private boolean ended;

  @Option(
      names = "--all-tenants",
      description = "Those of all tenants; takes a key that administers.")
  private boolean allTenants;

  @Mixin private ServerOption server = new ServerOption();

  public PsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    List<Process> processes = server.use(client -> client.processes(allTenants, ended));
    Instant now = Instant.now();
    new Table<Process>()
        .text("ID", Process::getId)
        .text("PROGRAM", Process::getProgram)
        .text("TENANT", process -> allTenants ? process.getTenant() : "")
        .text("STATE", PsCommand::state)
        .number("AGE", process -> age(process, now))
        .number("PROMPT", process -> count(process.getUsage().getPromptTokens()))
        .number("REUSED", process -> count(process.getUsage().getReusedTokens()))
        .number("SAMPLED", process -> count(process.getUsage().getSampledTokens()))
        .number("PAGES", process -> count(process.getUsage().getPages()))
        .number("PAID", process -> "%.3f".formatted(process.getUsage().getPaid()))
        .number("CLIENTS", process -> Integer.toString(process.getAttached()))
        .lines(processes)
        .forEach(streams::println);
    streams.flush();
    return ExitCode.OK;
  }

  private static String state(Process process) {
    if (!process.hasOutcome()) {
      return word(process.getState().name(), "PROCESS_STATE_");
    }
    return process.getOutcome().hasFailure()
        ? word(process.getOutcome().getFailure().getKind().name(), "FAILURE_KIND_")
        : "finished";
  }

  private static String word(String name, String prefix) {
    return name.substring(prefix.length()).toLowerCase(Locale.ROOT);
  }

  private static String age(Process process, Instant now) {
    Instant end = process.hasEndedAt() ? instant(process.getEndedAt()) : now;
    long seconds = Math.max(0, Duration.between(instant(process.getLaunchedAt()), end).toSeconds());
    return seconds < 3600
        ? "%d:%02d".formatted(seconds / 60, seconds % 60)
        : "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  private static String count(long count) {
    return "%,d".formatted(count);
  }
}
