package dev.bourse.server;

import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.Parameter;
import java.util.stream.Collectors;

/** An inferlet's own part of the help of {@code run}. */
final class ManifestHelp {
  private ManifestHelp() {}

  static String text(Manifest manifest) {
    StringBuilder text = new StringBuilder();
    text.append(
        "\n%s %s: %s\n".formatted(manifest.name(), manifest.version(), manifest.description()));
    if (manifest.parameters().isEmpty()) {
      return text.append("It has no parameters.\n").toString();
    }
    int width = manifest.parameters().stream().mapToInt(p -> head(p).length()).max().orElseThrow();
    return manifest.parameters().stream()
        .map(p -> "  " + head(p) + " ".repeat(width - head(p).length() + 2) + detail(p) + "\n")
        .collect(Collectors.joining("", text, ""));
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
