package dev.bourse.server.openai;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a client gets instead of an answer, in OpenAI's shape. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final String INVALID_REQUEST = "invalid_request_error";

  private final int status;
  private final String type;
  private final @Nullable String parameter;
  private final @Nullable String code;

  /**
   * An error.
   *
   * @param status of HTTP
   * @param parameter of the request that is at fault, if one is
   * @param code for programs to read
   */
  public ApiException(
      int status, String type, @Nullable String parameter, @Nullable String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.parameter = parameter;
    this.code = code;
  }

  /** A request that cannot be answered as it is. */
  static ApiException invalid(@Nullable String parameter, @Nullable String code, String message) {
    return new ApiException(400, INVALID_REQUEST, parameter, code, message);
  }

  /** A value that is not supported, though OpenAI may know it. */
  static ApiException unsupported(String parameter, String message) {
    return invalid(parameter, "unsupported_value", message);
  }

  static ApiException unknownModel(String model) {
    return new ApiException(
        404,
        INVALID_REQUEST,
        null,
        "model_not_found",
        "The model '" + model + "' does not exist or you do not have access to it.");
  }

  static ApiException unknownUrl(String method, String path) {
    return new ApiException(
        404,
        INVALID_REQUEST,
        null,
        "unknown_url",
        "Unknown request URL: "
            + method
            + " "
            + path
            + ". Please check the URL for typos, or docs/openai.md.");
  }

  static ApiException method(String method) {
    return new ApiException(
        405, INVALID_REQUEST, null, "method_not_supported", "Not allowed to " + method + " here.");
  }

  static ApiException tooLarge(int bytesMax) {
    return new ApiException(
        413,
        INVALID_REQUEST,
        null,
        "request_too_large",
        "The body of the request is larger than " + bytesMax + " bytes.");
  }

  /** The body of the request did not come to its end in time. */
  static ApiException timeout() {
    return new ApiException(
        408, INVALID_REQUEST, null, "request_timeout", "The request did not arrive in time.");
  }

  /** Something that is not the client's fault. */
  static ApiException server(String message) {
    return new ApiException(500, "server_error", null, null, message);
  }

  /** The account does not have what the request takes. */
  static ApiException quota(String message) {
    return new ApiException(429, "insufficient_quota", null, "insufficient_quota", message);
  }

  public int status() {
    return status;
  }

  public @Nullable String code() {
    return code;
  }

  /** The body of the answer. */
  public ObjectNode body() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("error")
        .put("message", getMessage())
        .put("type", type)
        .put("param", parameter)
        .put("code", code);
    return body;
  }
}
