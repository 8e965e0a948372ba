package dev.bourse.host.mcp;

import dev.bourse.host.json.JsonTrees;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The messages of JSON-RPC 2.0. */
final class Messages {
  private Messages() {}

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  static String request(long id, String method, ObjectNode parameters) {
    ObjectNode message = message();
    message.put("id", id);
    message.put("method", method);
    message.set("params", parameters);
    return JsonTrees.toJson(message);
  }

  static String notification(String method, ObjectNode parameters) {
    ObjectNode message = message();
    message.put("method", method);
    message.set("params", parameters);
    return JsonTrees.toJson(message);
  }

  static ObjectNode object() {
    return NODES.objectNode();
  }

  private static ObjectNode message() {
    ObjectNode message = NODES.objectNode();
    message.put("jsonrpc", "2.0");
    return message;
  }

  /**
   * Reads a message.
   *
   * @throws McpException when it is not an object of JSON
   */
  static JsonNode parse(String text) throws McpException {
    try {
      JsonNode message = JsonTrees.parseJson(text);
      if (message.isObject()) {
        return message;
      }
    } catch (JacksonException | StackOverflowError e) {
      // Said below, with what it was.
      return notJson(text);
    }
    return notJson(text);
  }

  private static JsonNode notJson(String text) throws McpException {
    throw new McpException(
        McpException.PARSE_ERROR,
        "the server sent what is not a message of JSON-RPC: " + JsonTrees.excerpt(text));
  }

  /** Whether {@code message} is the response to the request {@code id}. */
  static boolean isResponse(JsonNode message, long id) {
    JsonNode theirs = message.get("id");
    return theirs != null
        && theirs.isIntegralNumber()
        && theirs.canConvertToLong()
        && theirs.longValue() == id
        && !message.has("method");
  }

  /**
   * What is sent back when the server asks something: it may ask whether this side is there, and
   * this side offers nothing else.
   */
  static Optional<String> answer(JsonNode message) {
    JsonNode method = message.get("method");
    JsonNode id = message.get("id");
    boolean asks = method != null && method.isString() && id != null && !id.isNull();
    if (!asks || !(id.isString() || id.isIntegralNumber())) {
      return Optional.empty();
    }
    ObjectNode reply = message();
    reply.set("id", id);
    if (method.stringValue().equals("ping")) {
      reply.set("result", object());
    } else {
      ObjectNode error = object();
      error.put("code", McpException.METHOD_NOT_FOUND);
      error.put("message", "this client offers nothing to servers");
      reply.set("error", error);
    }
    return Optional.of(JsonTrees.toJson(reply));
  }

  /**
   * What a response says.
   *
   * @throws McpException when it is an error, or neither a result nor one
   */
  static JsonNode result(JsonNode response) throws McpException {
    JsonNode error = response.get("error");
    if (error != null && error.isObject()) {
      JsonNode code = error.get("code");
      JsonNode message = error.get("message");
      throw new McpException(
          code != null && code.isIntegralNumber() && code.canConvertToInt()
              ? code.intValue()
              : McpException.SERVER_FAILED,
          message != null && message.isString() ? message.stringValue() : JsonTrees.toJson(error),
          Optional.ofNullable(error.get("data")).map(JsonTrees::toJson));
    }
    JsonNode result = response.get("result");
    if (result == null || !result.isObject()) {
      throw new McpException(
          McpException.SERVER_FAILED,
          "the server answered with neither a result nor an error: "
              + JsonTrees.excerpt(JsonTrees.toJson(response)));
    }
    return result;
  }
}
