package dev.bourse.server.remote;

import dev.bourse.host.json.JsonTrees;
import dev.bourse.host.program.Parameter;
import dev.bourse.host.program.ParameterType;
import dev.bourse.proto.v1.DescribeProgramResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The parameters that a program of a server declares. What they may be, the server checks. */
public final class DeclaredParameters {
  private DeclaredParameters() {}

  /** Those of {@code program}, in the order of its manifest. */
  public static List<Parameter> of(DescribeProgramResponse program) {
    return program.getParametersList().stream().map(DeclaredParameters::parameter).toList();
  }

  private static Parameter parameter(dev.bourse.proto.v1.Parameter parameter) {
    // A server that is newer than this may know more types; a text is what the shell gives.
    ParameterType type =
        Arrays.stream(ParameterType.values())
            .filter(one -> one.word().equals(parameter.getType()))
            .findFirst()
            .orElse(ParameterType.STRING);
    return new Parameter(
        parameter.getName(),
        type,
        parameter.getRequired(),
        Optional.of(parameter.getDefaultJson())
            .filter(json -> !json.isEmpty())
            .map(JsonTrees::parseJson),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        parameter.getDescription());
  }
}
