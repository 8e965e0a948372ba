package dev.bourse.server.remote;

import dev.bourse.client.Attachment;
import dev.bourse.client.BourseClient;
import dev.bourse.client.Launch;
import dev.bourse.host.program.Parameter;
import dev.bourse.host.program.ParameterType;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.ParameterArguments;
import dev.bourse.server.Streams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

  @Option(
      names = "--budget-tokens",
      paramLabel = "N",
      description = "Tokens that may be computed for it. Default: any number.")
  private @Nullable Long budgetTokens;

  @Option(
      names = "--budget-credits",
      paramLabel = "X",
      description = "Credits that it may spend. Default: what the tenant has.")
  private @Nullable Double budgetCredits;

  @Option(
      names = "--bid",
      arity = "2",
      paramLabel = "CREDITS",
      description =
          "What it offers for a token slot, and for a page and tick, until it bids by itself."
              + " Default: the engine bids for it.")
  private double @Nullable [] bid;

  @Mixin private ServerOption server = new ServerOption();

  public LaunchCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    return server.use(this::launch);
  }

  private int launch(BourseClient client) {
    Launch launch = launch(input(client));
    if (!attach) {
      streams.println(client.launch(launch).getId());
      streams.flush();
      return ExitCode.OK;
    }
    try (Attachment attachment = client.run(launch.outlivesCall())) {
      return new Following(streams, attachment)
          .withInput()
          .toEnd("process %s goes on; bourse attach %1$s".formatted(attachment.processId()));
    }
  }

  private Launch launch(Launch withInput) {
    Launch launch = withInput;
    for (Map.Entry<String, Long> limit : limits.entrySet()) {
      launch = launch.limit(limit.getKey(), limit.getValue());
    }
    if (budgetTokens != null) {
      launch = launch.budgetTokens(budgetTokens);
    }
    if (budgetCredits != null) {
      launch = launch.budgetCredits(budgetCredits);
    }
    return bid == null ? launch : launch.bid(bid[0], bid[1]);
  }

  private Launch input(BourseClient client) {
    Launch launch;
    try {
      launch = Launch.of(program).withJson(json);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--json is " + e.getMessage());
    }
    if (parameters.isEmpty()) {
      return launch;
    }
    List<Parameter> declared =
        client.describe(program).getParametersList().stream().map(LaunchCommand::declared).toList();
    Map<String, String> texts = ParameterArguments.parse(declared, parameters);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Parameter parameter =
          declared.stream()
              .filter(one -> one.name().equals(text.getKey()))
              .findFirst()
              .orElseThrow(
                  () ->
                      CommandException.usage(
                          "%s has no parameter %s; it has %s"
                              .formatted(
                                  program,
                                  text.getKey(),
                                  String.join(
                                      ", ", declared.stream().map(Parameter::name).toList()))));
      try {
        launch =
            launch.withJson(parameter.name(), parameter.type().parse(text.getValue()).toString());
      } catch (IllegalArgumentException e) {
        throw CommandException.usage(
            "parameter %s is '%s', expected: %s"
                .formatted(parameter.name(), text.getValue(), parameter.type().word()));
      }
    }
    return launch;
  }

  private static Parameter declared(dev.bourse.proto.v1.Parameter parameter) {
    ParameterType type =
        Arrays.stream(ParameterType.values())
            .filter(one -> one.word().equals(parameter.getType()))
            .findFirst()
            .orElse(ParameterType.STRING);
    return new Parameter(
        parameter.getName(),
        type,
        parameter.getRequired(),
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        parameter.getDescription());
  }
}
