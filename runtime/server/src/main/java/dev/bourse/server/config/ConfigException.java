package dev.bourse.server.config;

import java.io.Serial;
import java.util.List;

/** A configuration cannot be used. */
final class ConfigException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** All that is wrong with it. */
  List<String> problems() {
    return problems;
  }
}
