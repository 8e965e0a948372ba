package dev.bourse.sdk;

/**
 * An error that the engine reported to the inferlet: out of pages, unknown model, a pass that
 * failed, …
 */
public sealed class InferletException extends RuntimeException
    permits BudgetExhaustedException, McpException {
  private static final long serialVersionUID = 1;

  /**
   * @param message the engine's own words
   */
  public InferletException(String message) {
    super(message);
  }
}
