package dev.bourse.sdk.spi;

import java.util.List;

/** The servers of the Model Context Protocol ({@code pie:mcp/client}). */
public interface GuestMcp {

  /** {@code available-servers}. */
  List<String> servers();

  /**
   * {@code connect}.
   *
   * @throws dev.bourse.sdk.McpException if there is none of that name, or it cannot be reached
   */
  GuestMcpSession connect(String server);
}
