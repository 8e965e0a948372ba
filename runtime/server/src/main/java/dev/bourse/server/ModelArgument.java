package dev.bourse.server;

import picocli.CommandLine.Parameters;

/** The model that a command looks into. */
final class ModelArgument {
  @Parameters(paramLabel = "MODEL", description = "A GGUF file, or 'demo' for the embedded model.")
  private String name = ModelFiles.DEMO;

  /** A path, or {@link ModelFiles#DEMO}. */
  String name() {
    return name;
  }
}
