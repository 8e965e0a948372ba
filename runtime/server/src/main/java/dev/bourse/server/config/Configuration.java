package dev.bourse.server.config;

import dev.bourse.engine.MarketSettings;
import dev.bourse.host.HostSettings;
import dev.bourse.host.process.Mount;
import java.util.List;
import java.util.Set;

/**
 * What an operator has set.
 *
 * @param market who is served when not all can be, and what each user is given
 * @param mounts folders that inferlets can read
 * @param host what inferlets may use beside the models
 * @param given keys that the file has, such as {@code market.policy}; all others are as they are
 *     without a file
 */
public record Configuration(
    MarketSettings market, List<Mount> mounts, HostSettings host, Set<String> given) {
  /** Without a file. */
  public static final Configuration DEFAULT =
      new Configuration(MarketSettings.DEFAULT, List.of(), HostSettings.DEFAULT, Set.of());

  public Configuration {
    mounts = List.copyOf(mounts);
    given = Set.copyOf(given);
  }
}
