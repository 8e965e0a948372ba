package dev.bourse.server;

import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.Parameter;
import java.util.List;
import java.util.stream.Collectors;

/** An inferlet's own part of the help of {@code run}. */
public final class ManifestHelp {
  private ManifestHelp() {}

  static String text(Manifest manifest) {
    return "\n%s %s: %s\n".formatted(manifest.name(), manifest.version(), manifest.description())
        + parameters(manifest.parameters());
  }

  /** A line for each parameter. */
  public static String parameters(List<Parameter> parameters) {
    if (parameters.isEmpty()) {
      return "It has no parameters.\n";
    }
    int width = parameters.stream().mapToInt(p -> head(p).length()).max().orElseThrow();
    return parameters.stream()
        .map(p -> "  " + head(p) + " ".repeat(width - head(p).length() + 2) + detail(p) + "\n")
        .collect(Collectors.joining());
  }

  private static String head(Parameter parameter) {
    return "--" + parameter.name().replace('_', '-') + "=" + parameter.type().word();
  }

  private static String detail(Parameter parameter) {
    StringBuilder detail = new StringBuilder(parameter.description());
    if (parameter.required()) {
      detail.append(" Required.");
    }
    parameter
        .defaultJson()
        .ifPresent(value -> detail.append(" Default: ").append(value).append('.'));
    return detail.toString();
  }
}
