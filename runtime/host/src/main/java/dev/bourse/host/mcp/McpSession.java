package dev.bourse.host.mcp;

import dev.bourse.host.json.JsonTrees;
import java.time.Duration;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A connection to one server, opened with the protocol's handshake. Every call sends one request,
 * or one for each page of a list, and returns the {@code result} of the response as JSON. Used by
 * one thread, which may be interrupted while it waits.
 *
 * <p>Source: Model Context Protocol, revisions 2024-11-05, 2025-03-26 and 2025-06-18.
 */
public final class McpSession implements AutoCloseable {
  /** The revisions that are understood, the newest first. */
  private static final List<String> VERSIONS = List.of("2025-06-18", "2025-03-26", "2024-11-05");

  private static final int PAGES_MAX = 100;
  private static final int LIST_BYTES_MAX = 8 << 20;

  private final String server;
  private final Transport transport;
  private final Duration timeout;
  private final Runnable onClose;
  private long lastId;
  private boolean closed;

  private McpSession(String server, Transport transport, Duration timeout, Runnable onClose) {
    this.server = server;
    this.transport = transport;
    this.timeout = timeout;
    this.onClose = onClose;
  }

  /**
   * Opens a session over {@code transport}, which it closes when it cannot be opened.
   *
   * @param onClose runs when the session is closed, also in that case
   */
  static McpSession open(String server, Transport transport, Duration timeout, Runnable onClose)
      throws McpException, InterruptedException {
    McpSession session = new McpSession(server, transport, timeout, onClose);
    boolean opened = false;
    try {
      session.initialize();
      opened = true;
      return session;
    } finally {
      if (!opened) {
        session.close();
      }
    }
  }

  private void initialize() throws McpException, InterruptedException {
    ObjectNode parameters = Messages.object();
    parameters.put("protocolVersion", VERSIONS.getFirst());
    parameters.set("capabilities", Messages.object());
    ObjectNode client = Messages.object();
    client.put("name", "bourse");
    client.put("version", "0.1");
    parameters.set("clientInfo", client);
    JsonNode version = call("initialize", parameters).get("protocolVersion");
    if (version == null || !version.isString() || !VERSIONS.contains(version.stringValue())) {
      throw new McpException(
          McpException.SERVER_FAILED,
          "%s speaks revision %s of the protocol; this client speaks %s"
              .formatted(
                  server,
                  version == null ? "none" : JsonTrees.excerpt(JsonTrees.toJson(version)),
                  String.join(", ", VERSIONS)));
    }
    transport.agreed(version.stringValue());
    transport.send(
        Messages.notification("notifications/initialized", Messages.object()), deadline());
  }

  public String listTools() throws McpException, InterruptedException {
    return list("tools/list", "tools");
  }

  /**
   * Calls a tool. What the tool itself reports as an error is a result with {@code isError}.
   *
   * @param arguments a JSON object
   */
  public String callTool(String name, String arguments) throws McpException, InterruptedException {
    return named("tools/call", name, arguments);
  }

  public String listResources() throws McpException, InterruptedException {
    return list("resources/list", "resources");
  }

  public String readResource(String uri) throws McpException, InterruptedException {
    ObjectNode parameters = Messages.object();
    parameters.put("uri", uri);
    return JsonTrees.toJson(call("resources/read", parameters));
  }

  public String listPrompts() throws McpException, InterruptedException {
    return list("prompts/list", "prompts");
  }

  /**
   * A prompt filled in.
   *
   * @param arguments a JSON object
   */
  public String getPrompt(String name, String arguments) throws McpException, InterruptedException {
    return named("prompts/get", name, arguments);
  }

  private String named(String method, String name, String arguments)
      throws McpException, InterruptedException {
    ObjectNode parameters = Messages.object();
    parameters.put("name", name);
    parameters.set("arguments", arguments(arguments));
    return JsonTrees.toJson(call(method, parameters));
  }

  private static JsonNode arguments(String json) throws McpException {
    String wrong = "the arguments are not a JSON object: " + JsonTrees.excerpt(json);
    try {
      JsonNode tree = JsonTrees.parseJson(json);
      if (tree.isObject()) {
        return tree;
      }
    } catch (JacksonException e) {
      wrong = "the arguments are not JSON: " + JsonTrees.excerpt(json);
    }
    throw new McpException(McpException.INVALID_PARAMS, wrong);
  }

  /** All pages of a list, as one. */
  private String list(String method, String key) throws McpException, InterruptedException {
    ObjectNode all = Messages.object();
    ArrayNode entries = all.arrayNode();
    ObjectNode parameters = Messages.object();
    long bytes = 0;
    for (int page = 0; page < PAGES_MAX; page++) {
      JsonNode result = call(method, parameters);
      bytes += JsonTrees.toJson(result).length();
      if (bytes > LIST_BYTES_MAX) {
        throw tooLong(method);
      }
      if (result.get(key) instanceof ArrayNode some) {
        entries.addAll(some);
      }
      JsonNode next = result.get("nextCursor");
      if (next == null || !next.isString()) {
        result.properties().stream()
            .filter(property -> !property.getKey().equals("nextCursor"))
            .forEach(property -> all.set(property.getKey(), property.getValue()));
        all.set(key, entries);
        return JsonTrees.toJson(all);
      }
      parameters = Messages.object();
      parameters.set("cursor", next);
    }
    throw tooLong(method);
  }

  private McpException tooLong(String method) {
    return new McpException(
        McpException.SERVER_FAILED,
        "%s of %s has more than %d pages or %d bytes"
            .formatted(method, server, PAGES_MAX, LIST_BYTES_MAX));
  }

  private JsonNode call(String method, ObjectNode parameters)
      throws McpException, InterruptedException {
    if (closed) {
      throw new McpException(McpException.SERVER_FAILED, "the session is closed");
    }
    long id = ++lastId;
    String message = Messages.request(id, method, parameters);
    if (message.length() > Transport.MESSAGE_BYTES_MAX) {
      throw new McpException(
          McpException.INVALID_PARAMS,
          "a request of %d characters, at most %d are sent"
              .formatted(message.length(), Transport.MESSAGE_BYTES_MAX));
    }
    try {
      return Messages.result(transport.request(id, message, deadline()));
    } catch (McpException e) {
      if (e.code() == McpException.TIMED_OUT) {
        throw new McpException(
            e.code(),
            "%s did not answer %s within %d ms".formatted(server, method, timeout.toMillis()));
      }
      throw e;
    }
  }

  private long deadline() {
    return System.nanoTime() + timeout.toNanos();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        transport.close();
      } finally {
        onClose.run();
      }
    }
  }
}
