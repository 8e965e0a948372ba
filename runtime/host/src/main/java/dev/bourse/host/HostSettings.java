package dev.bourse.host;

import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.mcp.McpSettings;
import dev.bourse.host.program.Programs;

/**
 * What an operator lets inferlets use beside the models.
 *
 * @param network which hosts they may talk to
 * @param mcp which servers of the Model Context Protocol they may use
 * @param programs what they may launch
 */
public record HostSettings(NetworkSettings network, McpSettings mcp, Programs programs) {
  /** Nothing beyond the host, and what ships. */
  public static final HostSettings DEFAULT =
      new HostSettings(NetworkSettings.DEFAULT, McpSettings.DEFAULT, Programs.builtIn());

  public HostSettings withPrograms(Programs launchable) {
    return new HostSettings(network, mcp, launchable);
  }
}
