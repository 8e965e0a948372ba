package dev.bourse.server.config;

import dev.bourse.engine.MarketSettings;
import dev.bourse.host.HostSettings;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an operator has set.
 *
 * @param market who is served when not all can be, and what each user is given
 * @param mounts folders that inferlets can read
 * @param adapters the folder of adapters, if there is one
 * @param limits what inferlets may take: those that are set bound what manifests ask for, and hold
 *     where they ask for nothing
 * @param host what inferlets may use beside the models
 * @param server how {@code bourse serve} serves, and what its clients may ask
 * @param written headers and environments of MCP servers as they are in the file, where variables
 *     stand for secrets
 * @param given keys that the file has, such as {@code market.policy}; all others are as they are
 *     without a file
 */
public record Configuration(
    MarketSettings market,
    List<Mount> mounts,
    Optional<Path> adapters,
    Limits limits,
    HostSettings host,
    ServerSettings server,
    Map<String, Map<String, String>> written,
    Set<String> given) {
  /** Without a file. */
  public static final Configuration DEFAULT =
      new Configuration(
          MarketSettings.DEFAULT,
          List.of(),
          Optional.empty(),
          Limits.DEFAULT,
          HostSettings.DEFAULT,
          ServerSettings.DEFAULT,
          Map.of(),
          Set.of());

  public Configuration {
    mounts = List.copyOf(mounts);
    written = Map.copyOf(written);
    given = Set.copyOf(given);
  }
}
