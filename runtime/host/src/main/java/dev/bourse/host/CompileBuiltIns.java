package dev.bourse.host;

import dev.bourse.host.program.BuiltIns;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.InferletPackage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A step of the build: compiles the inferlets on the class path, so that nobody who runs one of
 * them waits for that.
 */
public final class CompileBuiltIns {
  private CompileBuiltIns() {}

  /**
   * Compiles those that are not compiled yet.
   *
   * @param args the folder that becomes {@code inferlets/code} on the class path
   */
  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    try (InferletHost host = new InferletHost(List.of(), Optional.of(folder))) {
      for (String name : BuiltIns.names()) {
        InferletPackage inferlet = BuiltIns.find(name).orElseThrow();
        var _ = host.programs().load(inferlet, Execution.COMPILED);
      }
    }
  }
}
