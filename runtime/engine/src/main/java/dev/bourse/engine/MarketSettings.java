package dev.bourse.engine;

import dev.bourse.scheduler.market.MarketConfig;
import java.time.Duration;
import java.util.Map;

/**
 * Who is served when not all can be.
 *
 * @param policy the name of the scheduling policy, one of {@link Policies#NAMES}
 * @param rules of the market
 * @param tenants what users are given, by name
 * @param others what every other user is given
 * @param stepTarget how long a step may take: it computes fewer tokens when it would take longer
 */
public record MarketSettings(
    String policy,
    MarketConfig rules,
    Map<String, Tenant> tenants,
    Tenant others,
    Duration stepTarget) {
  /** The market, with the same for every user, in steps of a tenth of a second. */
  public static final MarketSettings DEFAULT =
      new MarketSettings(
          Policies.MARKET, MarketConfig.DEFAULT, Map.of(), Tenant.DEFAULT, Duration.ofMillis(100));

  public MarketSettings {
    tenants = Map.copyOf(tenants);
    Policies.requireKnown(policy);
    if (stepTarget.isNegative() || stepTarget.isZero()) {
      throw new IllegalArgumentException(
          "a step cannot be done in " + stepTarget.toMillis() + " ms");
    }
  }

  public MarketSettings withPolicy(String newPolicy) {
    return new MarketSettings(newPolicy, rules, tenants, others, stepTarget);
  }

  Tenant tenant(String user) {
    return tenants.getOrDefault(user, others);
  }
}
