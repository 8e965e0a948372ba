package dev.bourse.host.program;

import dev.bourse.sdk.Inferlet;
import java.util.function.Supplier;

/** Something that can be launched: a sandboxed guest, or a trusted Java class. */
public sealed interface Program permits WasmProgram, JavaProgram {

  /** What it was loaded as: an inferlet's name, or a file. */
  String name();

  /**
   * A host-side inferlet: trusted code that runs in the host's own JVM, with the same API as a
   * guest but without a sandbox.
   *
   * @param inferlet makes a new one for each run
   */
  static Program of(String name, Supplier<? extends Inferlet> inferlet) {
    return new JavaProgram(name, inferlet);
  }
}
