package dev.bourse.server.openai;

import dev.bourse.server.node.Launch;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request says to this server beyond OpenAI's interface, in its member {@code bourse}.
 *
 * @param bid what its contexts offer; empty to have the engine bid
 * @param tokens that may be computed for it
 * @param credits that it may spend
 * @param snapshot to go on from
 * @param saveAs what the conversation is to be kept under
 */
record Extension(
    Optional<Launch.Bid> bid,
    OptionalLong tokens,
    OptionalDouble credits,
    Optional<String> snapshot,
    Optional<String> saveAs) {
  /** The member that holds it, in requests and in answers. */
  static final String NAME = "bourse";

  private static final Set<String> BUDGET = Set.of("bid", "budget_tokens", "budget_credits");
  private static final Set<String> ALL =
      Set.of("bid", "budget_tokens", "budget_credits", "snapshot", "save_as");

  /** Reads it, with names of snapshots if the endpoint knows any. */
  static Extension of(Members request, boolean snapshots) {
    Optional<Members> given = request.object(NAME);
    given.ifPresent(members -> members.only(snapshots ? ALL : BUDGET));
    Optional<Long> tokens =
        given.flatMap(members -> members.integer("budget_tokens", 1, Long.MAX_VALUE));
    Optional<Double> credits =
        given.flatMap(members -> members.number("budget_credits", 0, Double.MAX_VALUE));
    return new Extension(
        given.flatMap(Extension::bid),
        tokens.map(OptionalLong::of).orElse(OptionalLong.empty()),
        credits.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        given.flatMap(members -> members.text("snapshot")),
        given.flatMap(members -> members.text("save_as")));
  }

  private static Optional<Launch.Bid> bid(Members members) {
    Optional<Members> bid = members.object("bid");
    return bid.map(
        each -> {
          each.only(Set.of("per_token", "per_page"));
          return new Launch.Bid(
              each.number("per_token", 0, Double.MAX_VALUE).orElse(0.0),
              each.number("per_page", 0, Double.MAX_VALUE).orElse(0.0));
        });
  }

  /** Adds the names to an inferlet's input. */
  void addNamesTo(ObjectNode input) {
    snapshot.ifPresent(name -> input.put("open", name));
    saveAs.ifPresent(
        name -> {
          input.put("save_as", name);
          input.put("must_save", true);
        });
  }

  /** The launch of an inferlet with the budget and the bid. */
  Launch launch(String inferlet, ObjectNode input) {
    Launch launch = Launch.of(inferlet, Json.text(input)).withBudget(credits, tokens);
    return bid.map(launch::withBid).orElse(launch);
  }
}
