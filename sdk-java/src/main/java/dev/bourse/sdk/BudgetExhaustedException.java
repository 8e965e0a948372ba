package dev.bourse.sdk;

/**
 * A forward pass has more tokens than the inferlet's budget has left; {@link Market#tokensLeft}
 * tells how many there are. The pass was not run, and the context is as it was.
 *
 * <p>The guest ABI carries errors as texts. A sandboxed inferlet therefore looks at its budget when
 * a pass is refused: if it has fewer tokens left than the pass has, this is what is thrown, with
 * the engine's words. A pass that is refused for another reason as well counts as one of these.
 */
public final class BudgetExhaustedException extends InferletException {
  private static final long serialVersionUID = 1;

  /**
   * @param message the engine's own words
   */
  public BudgetExhaustedException(String message) {
    super(message);
  }
}
