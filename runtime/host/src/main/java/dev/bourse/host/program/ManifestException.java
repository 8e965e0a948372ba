package dev.bourse.host.program;

import java.util.List;

/** A manifest, or the parameters of a run, with everything that is wrong with them. */
public final class ManifestException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final List<String> problems;

  public ManifestException(String source, List<String> problems) {
    super(source + ": " + String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
