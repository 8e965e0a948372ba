package dev.bourse.server.openai;

import dev.bourse.host.process.Outcome;
import dev.bourse.server.access.ServiceException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What goes wrong behind the endpoint, as its clients know it. */
final class Refusals {
  private static final String INVALID_REQUEST = "invalid_request_error";

  private Refusals() {}

  static ApiException of(ServiceException e) {
    String message = e.words();
    return switch (e.reason()) {
      case UNAUTHENTICATED ->
          new ApiException(401, INVALID_REQUEST, null, "invalid_api_key", message);
      case PERMISSION_DENIED ->
          new ApiException(403, INVALID_REQUEST, null, "insufficient_permissions", message);
      case INVALID_ARGUMENT, ALREADY_EXISTS, FAILED_PRECONDITION ->
          ApiException.invalid(null, "invalid_value", message);
      case NOT_FOUND -> new ApiException(404, INVALID_REQUEST, null, "not_found", message);
      case LIMIT_EXCEEDED, RATE_LIMITED ->
          new ApiException(429, "rate_limit_error", null, "rate_limit_exceeded", message);
      case BUDGET_EXCEEDED -> ApiException.quota(message);
      case UNAVAILABLE ->
          new ApiException(503, "server_error", null, "server_unavailable", message);
      case DEADLINE_EXCEEDED -> new ApiException(504, "server_error", null, "timeout", message);
      case INTERNAL -> ApiException.server(message);
    };
  }

  /** What an inferlet says of a request that it cannot answer. */
  static ApiException of(JsonNode refused) {
    String code = refused.path("code").asString("");
    String message = refused.path("message").asString("");
    @Nullable String parameter =
        refused.path("param").isString() ? refused.path("param").stringValue() : null;
    return switch (code) {
      case "insufficient_quota" -> ApiException.quota(message);
      case "snapshot_not_found" -> new ApiException(404, INVALID_REQUEST, parameter, code, message);
      default -> ApiException.invalid(parameter, code, message);
    };
  }

  static ApiException of(Outcome.Failed failed) {
    return switch (failed.kind()) {
      case TERMINATED ->
          new ApiException(503, "server_error", null, "server_unavailable", failed.message());
      case LIMIT -> new ApiException(500, "server_error", null, "limit_exceeded", failed.message());
      case ERROR, TRAP, INTERNAL -> ApiException.server(failed.message());
    };
  }
}
