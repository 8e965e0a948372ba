package dev.bourse.server;

import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.ManifestException;
import dev.bourse.host.program.ProgramException;
import dev.bourse.host.program.ProgramFile;
import dev.bourse.host.program.Programs;
import dev.bourse.host.program.UnknownProgramException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** The inferlets that a user can name. */
public final class Inferlets {
  private Inferlets() {}

  /** The inferlet that a user names: a program, by {@code NAME[@RANGE]}, or a file or folder. */
  static InferletPackage find(String argument, Programs programs) {
    return isPath(argument)
        ? file(argument).toPackage()
        : attempt(() -> resolve(argument, programs));
  }

  /** Whether a user names a file or folder, and no program. */
  static boolean isPath(String argument) {
    return argument.endsWith(".wasm") || argument.indexOf('/') >= 0;
  }

  /** The inferlet in a file, or in a folder that was built. */
  public static ProgramFile file(String argument) {
    Path path = ModelFiles.path(argument);
    if (!Files.exists(path)) {
      throw CommandException.badFile(argument + ": no such file");
    }
    return attempt(
        () -> {
          ProgramFile file = ProgramFile.read(path);
          var _ = file.toPackage(); // its manifest is looked at here, where errors have words
          return file;
        });
  }

  private static InferletPackage resolve(String name, Programs programs) {
    try {
      return programs.resolve(name);
    } catch (UnknownProgramException e) {
      String given = name.indexOf('@') < 0 ? name : name.substring(0, name.indexOf('@'));
      List<String> names = programs.names();
      if (names.contains(given)) {
        throw CommandException.usage(String.valueOf(e.getMessage()));
      }
      throw CommandException.usage(
          "there is no inferlet '%s'; there are %s, and any file that ends in .wasm"
              .formatted(given, String.join(", ", names)));
    }
  }

  /** Does something with programs and says in a user's words what goes wrong. */
  public static <T> T attempt(Supplier<T> action) {
    try {
      return action.get();
    } catch (UnknownProgramException e) {
      throw CommandException.failed(String.valueOf(e.getMessage()));
    } catch (ProgramException | ManifestException e) {
      throw CommandException.badFile(String.valueOf(e.getMessage()), e);
    }
  }
}
