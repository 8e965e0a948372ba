package dev.bourse.server.remote;

import dev.bourse.client.BourseClient;
import dev.bourse.server.BudgetOptions;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** {@code bourse launch}. */
@Command(
    name = "launch",
    customSynopsis = "bourse launch NAME[@RANGE] [OPTIONS] [--PARAMETER VALUE...]",
    description = {
      "Start an inferlet on a server and print its process's id; it goes on by itself.",
      "",
      "bourse attach ID follows it. With --attach it is followed at once."
    })
public final class LaunchCommand implements Callable<Integer> {
  private final Streams streams;

  @Parameters(paramLabel = "NAME[@RANGE]", description = "A program that the server has.")
  private String program = "";

  @Unmatched private List<String> parameters = new ArrayList<>();

  @Option(
      names = "--json",
      paramLabel = "OBJECT",
      description = "Parameters as one JSON object; those given one by one come on top.")
  private String json = "{}";

  @Option(
      names = "--attach",
      description = "Follow it and send it what is typed; Ctrl-C leaves it alone.")
  private boolean attach;

  @Option(
      names = "--limit",
      paramLabel = "NAME=N",
      description = "A limit instead of what its manifest says; any number of them.")
  private Map<String, Long> limits = new LinkedHashMap<>();

  @Mixin private BudgetOptions budget = new BudgetOptions();

  @Mixin private ServerOption server = new ServerOption();

  public LaunchCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    return server.use(this::launch);
  }

  private int launch(BourseClient client) {
    RemoteLaunch launch = new RemoteLaunch(program, json, parameters, limits, budget);
    if (attach) {
      return launch.follow(client, streams, true);
    }
    streams.println(launch.start(client));
    streams.flush();
    return ExitCode.OK;
  }
}
