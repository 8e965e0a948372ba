package dev.bourse.scheduler.simulation;

import java.util.List;

/**
 * Tenants that are alike.
 *
 * @param name of the group
 * @param count of tenants
 * @param share of the offered load they send together, relative to the other groups
 * @param bidding of their agents
 * @param values of turns, credits: each agent has one of them
 * @param weights how often each value comes, relative to the others
 * @param late part of its value a turn keeps that takes more than twice as long as ideal
 * @param endowment of each tenant: its share of the dividends, relative to others
 * @param balance of each tenant at the beginning, credits
 * @param turns of an agent
 * @param system tokens that all contexts of a tenant begin with
 * @param prefixes each tenant has: what contexts go on with after the system's tokens
 * @param prefix tokens of each of them
 * @param firstPrompt tokens of an agent's first turn, after its prefix
 * @param prompt tokens of the turns that follow
 * @param output tokens of an answer
 * @param gapMillis pause after a turn
 */
public record TenantGroup(
    String name,
    int count,
    double share,
    Bidding bidding,
    List<Integer> values,
    List<Double> weights,
    double late,
    long endowment,
    long balance,
    Distribution turns,
    int system,
    int prefixes,
    Distribution prefix,
    Distribution firstPrompt,
    Distribution prompt,
    Distribution output,
    Distribution gapMillis) {

  /** Agents of four turns, with prompts of hundreds of tokens and pauses of seconds. */
  public static final TenantGroup DEFAULT =
      new TenantGroup(
          "all",
          32,
          1,
          Bidding.TRUTHFUL,
          List.of(1, 4, 16),
          List.of(0.6, 0.3, 0.1),
          0.5,
          1,
          100,
          new Distribution(4, 0.5, 1, 10),
          128,
          2,
          Distribution.around(256, 0.5),
          Distribution.around(600, 1),
          Distribution.around(200, 1),
          Distribution.around(80, 1),
          Distribution.around(2_000, 1));

  public TenantGroup {
    values = List.copyOf(values);
    weights = List.copyOf(weights);
  }

  /** The same with agents that bid in another way. */
  public TenantGroup withBidding(Bidding newBidding) {
    return new TenantGroup(
        name,
        count,
        share,
        newBidding,
        values,
        weights,
        late,
        endowment,
        balance,
        turns,
        system,
        prefixes,
        prefix,
        firstPrompt,
        prompt,
        output,
        gapMillis);
  }

  /** The same with a part of the first prompt shared, of as many tokens as both have together. */
  public TenantGroup withSharing(int percent) {
    long tokens = Math.round(prefix.mean() + firstPrompt.mean());
    long shared = tokens * percent / 100;
    return new TenantGroup(
        name,
        count,
        share,
        bidding,
        values,
        weights,
        late,
        endowment,
        balance,
        turns,
        system,
        prefixes,
        Distribution.always(shared),
        Distribution.always(tokens - shared),
        prompt,
        output,
        gapMillis);
  }

  void problems(List<String> problems) {
    String at = "tenants." + name;
    if (count < 1) {
      problems.add("%s.count is %d: it must be at least 1".formatted(at, count));
    }
    if (!(share > 0)) {
      problems.add("%s.share is %s: it must be above 0".formatted(at, share));
    }
    if (values.isEmpty() || values.size() != weights.size()) {
      problems.add(
          "%s has %d values and %d weights: each value needs one"
              .formatted(at, values.size(), weights.size()));
    }
    for (int value : values) {
      if (value < 0) {
        problems.add("%s.values has %d: it must not be negative".formatted(at, value));
      }
    }
    double sum = 0;
    for (double weight : weights) {
      if (!(weight >= 0)) {
        problems.add("%s.weights has %s: it must not be negative".formatted(at, weight));
      }
      sum += weight;
    }
    if (!weights.isEmpty() && !(sum > 0)) {
      problems.add("%s.weights are all 0".formatted(at));
    }
    if (!(late >= 0 && late <= 1)) {
      problems.add("%s.late is %s: it must be between 0 and 1".formatted(at, late));
    }
    if (endowment < 0 || balance < 0) {
      problems.add(
          "%s has an endowment of %d and a balance of %d: they must not be negative"
              .formatted(at, endowment, balance));
    }
    if (system < 0 || prefixes < 0) {
      problems.add(
          "%s has %d system tokens and %d prefixes: they must not be negative"
              .formatted(at, system, prefixes));
    }
    turns.problems(at + ".turns", 1, problems);
    prefix.problems(at + ".prefix", 0, problems);
    firstPrompt.problems(at + ".first-prompt", 1, problems);
    prompt.problems(at + ".prompt", 1, problems);
    output.problems(at + ".output", 0, problems);
    gapMillis.problems(at + ".gap-millis", 0, problems);
  }
}
