package dev.bourse.host;

import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.mcp.McpSettings;
import dev.bourse.host.program.Programs;
import java.util.function.Function;

/**
 * What an operator lets inferlets use beside the models.
 *
 * @param network which hosts they may talk to
 * @param mcp which servers of the Model Context Protocol they may use
 * @param programs what the inferlets of a user may launch
 */
public record HostSettings(
    NetworkSettings network, McpSettings mcp, Function<String, Programs> programs) {
  /** Nothing beyond the host, and what ships. */
  public static final HostSettings DEFAULT =
      new HostSettings(NetworkSettings.DEFAULT, McpSettings.DEFAULT, user -> Programs.builtIn());

  public HostSettings withPrograms(Function<String, Programs> launchable) {
    return new HostSettings(network, mcp, launchable);
  }
}
