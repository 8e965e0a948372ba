package dev.bourse.engine;

/** A process wants to compute more tokens than its budget has left. */
public final class BudgetExhaustedException extends EngineException {
  private static final long serialVersionUID = 1L;

  BudgetExhaustedException(String message) {
    super(message);
  }
}
