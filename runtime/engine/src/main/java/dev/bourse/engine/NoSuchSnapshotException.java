package dev.bourse.engine;

/** There is no snapshot of that name, or none that the process may open. */
public final class NoSuchSnapshotException extends EngineException {
  private static final long serialVersionUID = 1L;

  NoSuchSnapshotException(String message) {
    super(message);
  }
}
