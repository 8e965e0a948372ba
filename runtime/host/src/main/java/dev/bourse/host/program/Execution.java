package dev.bourse.host.program;

/** How a guest's code is run. Both ways give the same results. */
public enum Execution {
  /** Compiled to JVM code when loaded, once per module, and kept on disk. */
  COMPILED,
  /** Interpreted: no compile time, and loops some fifty times slower. */
  INTERPRETED
}
