package dev.bourse.sdk;

import java.util.OptionalLong;

/**
 * What a child has of its own, with each model. It comes out of what this inferlet has, and what is
 * left of it comes back when the child has ended. A child without a budget spends with its parent.
 *
 * @param credits to begin with
 * @param endowment its part of this inferlet's, which brings it dividends; 0 for none
 * @param tokens that it may have computed at most; empty for as many as this inferlet may
 */
public record Budget(double credits, long endowment, OptionalLong tokens) {
  /** Credits, no dividends, and tokens without a limit of its own. */
  public static Budget ofCredits(double credits) {
    return new Budget(credits, 0, OptionalLong.empty());
  }

  /** The same, with at most so many tokens computed. */
  public Budget withTokens(long most) {
    return new Budget(credits, endowment, OptionalLong.of(most));
  }

  /** The same, with a part of this inferlet's endowment. */
  public Budget withEndowment(long part) {
    return new Budget(credits, part, tokens);
  }
}
