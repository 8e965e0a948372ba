package dev.bourse.host.mcp;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The servers that inferlets may use, and for how long and how much.
 *
 * @param servers by the names that inferlets know them by
 * @param timeout for one call, and for the opening exchange
 * @param sessions open at once, of all processes together
 * @param processSessions open at once, of one process
 */
public record McpSettings(
    SortedMap<String, McpServer> servers, Duration timeout, int sessions, int processSessions) {
  /** No server. */
  public static final McpSettings DEFAULT =
      new McpSettings(new TreeMap<>(), Duration.ofSeconds(60), 64, 8);

  public McpSettings {
    servers = Collections.unmodifiableSortedMap(new TreeMap<>(servers));
  }

  public McpSettings withServers(Map<String, McpServer> newServers) {
    return new McpSettings(new TreeMap<>(newServers), timeout, sessions, processSessions);
  }

  public McpSettings withTimeout(Duration newTimeout) {
    return new McpSettings(servers, newTimeout, sessions, processSessions);
  }
}
