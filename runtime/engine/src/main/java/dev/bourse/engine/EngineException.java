package dev.bourse.engine;

/** An operation that the engine refused; the message says what was asked, the limit and why. */
public final class EngineException extends RuntimeException {
  public EngineException(String message) {
    super(message);
  }

  EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
