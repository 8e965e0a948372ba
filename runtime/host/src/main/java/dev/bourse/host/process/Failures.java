package dev.bourse.host.process;

import com.dylibso.chicory.wasi.WasiExitException;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.UninstantiableException;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.sdk.InferletException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Says what ended a guest, in words its author understands. */
public final class Failures {
  private Failures() {}

  private static final Logger LOG = System.getLogger(Failures.class.getName());

  /** The stack is the JVM's, for all threads alike: no process has a limit of its own. */
  private static final String STACK_EXCEEDED =
      "limit stack exceeded: calls are nested deeper than a thread's stack holds (java -Xss sets it)";

  /** An error that the inferlet reported itself. */
  public static final class InferletError extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InferletError(String message) {
      super(message, null, false, false);
    }
  }

  public static Failed classify(InferletProcess process, Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case InferletError error -> {
          return new Failed(FailureKind.ERROR, String.valueOf(error.getMessage()));
        }
        case InferletException error -> {
          return new Failed(FailureKind.ERROR, String.valueOf(error.getMessage()));
        }
        case LimitExceededException limit -> {
          return limit(process, limit);
        }
        case GuestTrap trap -> {
          return new Failed(FailureKind.TRAP, "trap: " + trap.getMessage());
        }
        case WasiExitException exit -> {
          return new Failed(FailureKind.ERROR, "exited with code " + exit.exitCode());
        }
        case StackOverflowError overflow -> {
          return new Failed(FailureKind.LIMIT, STACK_EXCEEDED);
        }
        default -> {
          // A wrapper; what it wraps may say more.
        }
      }
    }
    return switch (e) {
      case UninstantiableException start ->
          new Failed(FailureKind.TRAP, "cannot be instantiated: " + start.getMessage());
      case ChicoryException trap -> new Failed(FailureKind.TRAP, "trap: " + trap.getMessage());
      case ProcessStopped stopped -> new Failed(FailureKind.TERMINATED, "stopped");
      case InterruptedException stopped -> new Failed(FailureKind.TERMINATED, "stopped");
      case OutOfMemoryError memory ->
          new Failed(FailureKind.LIMIT, "the host ran out of memory: " + memory.getMessage());
      case IndexOutOfBoundsException bounds ->
          // How Chicory's bulk operations report some accesses outside memory.
          new Failed(FailureKind.TRAP, "trap: out of bounds access: " + bounds.getMessage());
      default -> {
        LOG.log(Level.ERROR, process + " failed inside the host", e);
        yield new Failed(FailureKind.INTERNAL, "internal error: " + e);
      }
    };
  }

  static Failed limit(InferletProcess process, LimitExceededException e) {
    process.reached(e.limit());
    return new Failed(FailureKind.LIMIT, String.valueOf(e.getMessage()));
  }
}
