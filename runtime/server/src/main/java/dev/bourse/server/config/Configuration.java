package dev.bourse.server.config;

import dev.bourse.engine.MarketSettings;
import dev.bourse.host.HostSettings;
import java.util.Set;

/**
 * What an operator has set.
 *
 * @param market who is served when not all can be, and what each user is given
 * @param host what inferlets may use beside the models
 * @param given keys that the file has, such as {@code market.policy}; all others are as they are
 *     without a file
 */
public record Configuration(MarketSettings market, HostSettings host, Set<String> given) {
  /** Without a file. */
  public static final Configuration DEFAULT =
      new Configuration(MarketSettings.DEFAULT, HostSettings.DEFAULT, Set.of());

  public Configuration {
    given = Set.copyOf(given);
  }
}
