package dev.bourse.server.node;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a caller wants to run.
 *
 * @param program {@code NAME[@RANGE]}
 * @param input parameters, as the text of one JSON object
 * @param limits by name, instead of what the manifest says
 * @param budgetCredits what it may spend; empty for all that the tenant has
 * @param budgetTokens what may be computed for it; empty for any number
 * @param bid what its contexts offer until the inferlet bids by itself; empty to have the engine
 *     bid
 * @param interpreted not compiled
 */
public record Launch(
    String program,
    String input,
    Map<String, Long> limits,
    OptionalDouble budgetCredits,
    OptionalLong budgetTokens,
    Optional<Bid> bid,
    boolean interpreted) {

  /**
   * An offer.
   *
   * @param perToken credits for a token slot
   * @param perPage credits for a page and tick
   */
  public record Bid(double perToken, double perPage) {}

  public Launch {
    limits = Map.copyOf(limits);
  }

  /** A program with parameters, and nothing special. */
  public static Launch of(String program, String input) {
    return new Launch(
        program,
        input,
        Map.of(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        false);
  }

  public Launch withLimits(Map<String, Long> newLimits) {
    return new Launch(program, input, newLimits, budgetCredits, budgetTokens, bid, interpreted);
  }

  public Launch withBudget(OptionalDouble credits, OptionalLong tokens) {
    return new Launch(program, input, limits, credits, tokens, bid, interpreted);
  }

  public Launch withBid(Bid newBid) {
    return new Launch(
        program, input, limits, budgetCredits, budgetTokens, Optional.of(newBid), interpreted);
  }
}
