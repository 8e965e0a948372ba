package dev.bourse.host.process;

/** How a process ended. */
public sealed interface Outcome {

  /** The inferlet returned {@code result}. */
  record Finished(String result) implements Outcome {}

  /** It did not; {@code message} says why, for a person to read. */
  record Failed(FailureKind kind, String message) implements Outcome {}

  /** Whose doing a failure is. */
  enum FailureKind {
    /** The inferlet reported an error of its own, or exited with one. */
    ERROR,
    /** The inferlet broke a rule of WebAssembly or of the guest ABI. */
    TRAP,
    /** The inferlet reached one of its {@link Limits}. */
    LIMIT,
    /** Somebody stopped it. */
    TERMINATED,
    /** The host is at fault. */
    INTERNAL
  }
}
