package dev.bourse.engine;

import java.util.OptionalLong;

/**
 * What a process has of its own. It comes out of its parent's account, and what is left of it goes
 * back there. A process without a budget spends from its parent's account.
 *
 * @param credits to begin with
 * @param endowment its part of the parent's, which brings it dividends; 0 for none
 * @param tokens that it may compute at most; those that it need not compute cost nothing
 */
public record Budget(double credits, long endowment, OptionalLong tokens) {
  public Budget {
    if (!(credits >= 0) || endowment < 0 || tokens.orElse(0) < 0) {
      throw new EngineException(
          "a budget of %s credits, an endowment of %d and %d tokens cannot be: none is negative"
              .formatted(credits, endowment, tokens.orElse(0)));
    }
  }

  /** Credits, and no dividends. */
  public static Budget ofCredits(double credits) {
    return new Budget(credits, 0, OptionalLong.empty());
  }

  public Budget withTokens(long newTokens) {
    return new Budget(credits, endowment, OptionalLong.of(newTokens));
  }
}
