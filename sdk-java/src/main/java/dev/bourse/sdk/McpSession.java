package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestMcpSession;

/**
 * A session with a server of the Model Context Protocol. Results are JSON as the server sent it; a
 * sandboxed inferlet takes up to 4 MiB. Every call throws {@link McpException} when it fails; what
 * a tool itself reports as an error is a result with {@code isError}.
 */
public final class McpSession implements AutoCloseable {
  private final GuestMcpSession guest;
  private boolean closed;

  McpSession(GuestMcpSession guest) {
    this.guest = guest;
  }

  /** What {@code tools/list} gives, from all its pages. */
  public String tools() {
    return open().listTools();
  }

  /**
   * What a tool gives.
   *
   * @param arguments the text of a JSON object
   */
  public String callTool(String name, String arguments) {
    return open().callTool(name, arguments);
  }

  /** What {@code resources/list} gives, from all its pages. */
  public String resources() {
    return open().listResources();
  }

  /** What a resource contains. */
  public String readResource(String uri) {
    return open().readResource(uri);
  }

  /** What {@code prompts/list} gives, from all its pages. */
  public String prompts() {
    return open().listPrompts();
  }

  /**
   * A prompt, filled in.
   *
   * @param arguments the text of a JSON object
   */
  public String prompt(String name, String arguments) {
    return open().getPrompt(name, arguments);
  }

  private GuestMcpSession open() {
    if (closed) {
      throw new IllegalStateException("this session with an MCP server is closed");
    }
    return guest;
  }

  /** Ends it; idempotent. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      guest.close();
    }
  }
}
