package dev.bourse.server;

import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.ManifestException;
import dev.bourse.host.program.ProgramException;
import dev.bourse.host.program.ProgramStore;
import java.nio.file.Files;

/** The inferlets that a user can name. */
final class Inferlets {
  private Inferlets() {}

  /** The inferlet that a user names: one that ships, or a file. */
  static InferletPackage find(String argument) {
    boolean file = argument.endsWith(".wasm") || argument.indexOf('/') >= 0;
    if (file && !Files.isRegularFile(ModelFiles.path(argument))) {
      throw CommandException.badFile(
          argument
              + (Files.exists(ModelFiles.path(argument))
                  ? ": is no .wasm file"
                  : ": no such file"));
    }
    if (!file && !ProgramStore.builtInNames().contains(argument)) {
      throw CommandException.usage(
          "there is no inferlet '%s'; there are %s, and any file that ends in .wasm"
              .formatted(argument, String.join(", ", ProgramStore.builtInNames())));
    }
    try {
      return ProgramStore.find(argument);
    } catch (ProgramException | ManifestException e) {
      throw CommandException.badFile(String.valueOf(e.getMessage()), e);
    }
  }
}
