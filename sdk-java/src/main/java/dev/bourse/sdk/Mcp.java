package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestMcp;
import java.util.List;

/**
 * The servers of the Model Context Protocol that the engine's configuration has.
 *
 * {@snippet :
 * try (McpSession files = session.mcp().connect("files")) {
 *   session.send(files.callTool("search", "{\"query\": \"bourse\"}"));
 * }
 * }
 */
public final class Mcp {
  private final GuestMcp guest;

  Mcp(GuestMcp guest) {
    this.guest = guest;
  }

  /** The names of the servers. */
  public List<String> servers() {
    return guest.servers();
  }

  /**
   * Opens a session with a server.
   *
   * @throws McpException if there is no such server, or it cannot be reached
   */
  public McpSession connect(String server) {
    return new McpSession(guest.connect(server));
  }
}
