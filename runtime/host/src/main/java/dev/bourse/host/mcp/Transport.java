package dev.bourse.host.mcp;

import tools.jackson.databind.JsonNode;

/** The way to a server. Used by one thread; {@link #close} by any. */
interface Transport extends AutoCloseable {
  /** Bytes of one message, in either direction. */
  int MESSAGE_BYTES_MAX = 4 << 20;

  /**
   * Sends a request and waits for its response.
   *
   * @param id of the request
   * @param message the request, as JSON
   * @param deadlineNanos the {@link System#nanoTime} to wait until
   * @return the response, an object
   */
  JsonNode request(long id, String message, long deadlineNanos)
      throws McpException, InterruptedException;

  /** Sends what has no response. */
  void send(String message, long deadlineNanos) throws McpException, InterruptedException;

  /** The version of the protocol that both sides have agreed on. */
  void agreed(String version);

  /** Ends whatever was opened or started for it; does not wait for the server's consent. */
  @Override
  void close();
}
