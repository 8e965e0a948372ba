package dev.bourse.host;

import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.mcp.McpSettings;

/**
 * What an operator lets inferlets use beside the models.
 *
 * @param network which hosts they may talk to
 * @param mcp which servers of the Model Context Protocol they may use
 */
public record HostSettings(NetworkSettings network, McpSettings mcp) {
  /** Nothing beyond the host. */
  public static final HostSettings DEFAULT =
      new HostSettings(NetworkSettings.DEFAULT, McpSettings.DEFAULT);
}
