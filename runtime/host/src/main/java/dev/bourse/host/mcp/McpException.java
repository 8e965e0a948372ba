package dev.bourse.host.mcp;

import java.util.Optional;

/** A call that failed: {@code pie:mcp/types.error}, which is JSON-RPC's. */
public final class McpException extends Exception {
  private static final long serialVersionUID = 1;

  /** JSON-RPC: what was sent is not JSON. */
  static final int PARSE_ERROR = -32700;

  /** JSON-RPC: there is no such method. */
  static final int METHOD_NOT_FOUND = -32601;

  /** JSON-RPC: the arguments are not what the method takes. */
  static final int INVALID_PARAMS = -32602;

  /** The server is not there, is gone, or breaks the protocol. */
  static final int SERVER_FAILED = -32000;

  /** The server took too long. */
  static final int TIMED_OUT = -32001;

  /** There is no such server, or it may not be used. */
  static final int NOT_REGISTERED = -1;

  private static final int MESSAGE_MAX = 2000;

  private final int code;
  private final transient Optional<String> data;

  McpException(int code, String message) {
    this(code, message, Optional.empty());
  }

  McpException(int code, String message, Optional<String> data) {
    super(
        message.length() <= MESSAGE_MAX ? message : message.substring(0, MESSAGE_MAX) + "…",
        null,
        false,
        false);
    this.code = code;
    this.data = data;
  }

  public int code() {
    return code;
  }

  /** What the server says beside the message, as JSON. */
  public Optional<String> data() {
    return data;
  }
}
