package dev.bourse.server.config;

import dev.bourse.engine.MarketSettings;
import java.util.Set;

/**
 * What an operator has set.
 *
 * @param market who is served when not all can be, and what each user is given
 * @param given keys that the file has, such as {@code market.policy}; all others are as they are
 *     without a file
 */
public record Configuration(MarketSettings market, Set<String> given) {
  /** Without a file. */
  public static final Configuration DEFAULT = new Configuration(MarketSettings.DEFAULT, Set.of());

  public Configuration {
    given = Set.copyOf(given);
  }
}
