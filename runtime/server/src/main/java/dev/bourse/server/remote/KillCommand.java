package dev.bourse.server.remote;

import dev.bourse.proto.v1.Process;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bourse kill}. */
@Command(name = "kill", description = "Stop processes on a server, and wait until they have ended.")
public final class KillCommand implements Callable<Integer> {
  private final Streams streams;

  @Parameters(
      paramLabel = "ID",
      arity = "1..*",
      description = "The processes, as bourse ps shows them.")
  private List<String> ids = List.of();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "What those who wait for it are told. Default: ${DEFAULT-VALUE}.")
  private String reason = "killed";

  @Mixin private ServerOption server = new ServerOption();

  public KillCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    return server.use(
        client -> {
          for (String id : ids) {
            Process process = client.terminate(id, reason);
            streams.error(
                "bourse: process %s has ended: %s"
                    .formatted(
                        id,
                        process.getOutcome().hasFailure()
                            ? process.getOutcome().getFailure().getMessage()
                            : "it had finished"));
          }
          return ExitCode.OK;
        });
  }
}
