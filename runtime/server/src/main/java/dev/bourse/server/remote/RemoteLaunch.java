package dev.bourse.server.remote;

import dev.bourse.client.Attachment;
import dev.bourse.client.BourseClient;
import dev.bourse.client.Launch;
import dev.bourse.host.program.Parameter;
import dev.bourse.server.BudgetOptions;
import dev.bourse.server.CommandException;
import dev.bourse.server.ParameterArguments;
import dev.bourse.server.Streams;
import java.util.List;
import java.util.Map;

/**
 * What a command line wants to be started on a server.
 *
 * @param program {@code NAME[@RANGE]} of one that the server has
 * @param json parameters, as the text of one JSON object
 * @param parameters those given one by one, which come on top
 * @param limits instead of what its manifest says, by name
 */
public record RemoteLaunch(
    String program,
    String json,
    List<String> parameters,
    Map<String, Long> limits,
    BudgetOptions budget) {

  /** Starts it and leaves it alone. */
  String start(BourseClient client) {
    return client.launch(launch(client)).getId();
  }

  /**
   * Starts it and follows it to its end, or to Ctrl-C.
   *
   * @param outlives whether it goes on after Ctrl-C; else it is stopped
   * @return an exit code
   */
  public int follow(BourseClient client, Streams streams, boolean outlives) {
    Launch launch = launch(client);
    try (Attachment attachment = client.run(outlives ? launch.outlivesCall() : launch)) {
      String goodbye =
          outlives ? "process %s goes on; bourse attach %1$s" : "process %s is stopped";
      return new Following(streams, attachment)
          .withInput()
          .toEnd(goodbye.formatted(attachment.processId()));
    }
  }

  private Launch launch(BourseClient client) {
    Launch launch = input(client);
    for (Map.Entry<String, Long> limit : limits.entrySet()) {
      launch = launch.limit(limit.getKey(), limit.getValue());
    }
    return budget.on(launch);
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
    List<Parameter> declared = DeclaredParameters.of(client.describe(program));
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
}
