package dev.bourse.sdk.spi;

/**
 * A session with a server ({@code pie:mcp/client.session}). Every call returns JSON, or throws
 * {@link dev.bourse.sdk.McpException}.
 */
public interface GuestMcpSession {
  /** {@code list-tools}. */
  String listTools();

  /** {@code call-tool}. */
  String callTool(String name, String arguments);

  /** {@code list-resources}. */
  String listResources();

  /** {@code read-resource}. */
  String readResource(String uri);

  /** {@code list-prompts}. */
  String listPrompts();

  /** {@code get-prompt}. */
  String getPrompt(String name, String arguments);

  /** Drops the handle. */
  void close();
}
