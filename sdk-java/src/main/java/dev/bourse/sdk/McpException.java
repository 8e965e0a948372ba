package dev.bourse.sdk;

import java.util.Optional;

/** A call of an MCP server that failed: JSON-RPC's error. */
public final class McpException extends InferletException {
  private static final long serialVersionUID = 1;

  private final int code;
  private final transient Optional<String> data;

  /**
   * @param code JSON-RPC's, or -1 where there is no such server, or it may not be used
   * @param data what the server says beside the message, as JSON
   */
  public McpException(int code, String message, Optional<String> data) {
    super(message);
    this.code = code;
    this.data = data;
  }

  /** JSON-RPC's code, or -1 where there is no such server, or it may not be used. */
  public int code() {
    return code;
  }

  /** What the server says beside the message, as JSON. */
  public Optional<String> data() {
    return data;
  }
}
