package dev.bourse.server.web;

import dev.bourse.server.access.Admission;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a refused request is told in HTTP's terms; its body is in those of whoever answers. */
public final class HttpRefusal {
  private HttpRefusal() {}

  /** The status. */
  public static int status(Reason reason) {
    return switch (reason) {
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case INVALID_ARGUMENT -> 400;
      case ALREADY_EXISTS, FAILED_PRECONDITION -> 409;
      case LIMIT_EXCEEDED, RATE_LIMITED, BUDGET_EXCEEDED -> 429;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      case INTERNAL -> 500;
    };
  }

  /** Header fields: when to ask again, for whoever may. */
  public static Map<String, String> fields(ServiceException e) {
    Map<String, String> fields = new LinkedHashMap<>();
    e.details().entrySet().stream()
        .filter(detail -> detail.getKey().startsWith("x-ratelimit-"))
        .forEach(detail -> fields.put(detail.getKey(), detail.getValue()));
    String millis = e.details().get(Admission.RETRY_MILLIS);
    if (millis != null) {
      // OpenAI's clients look at the first; all others know the second, in whole seconds.
      fields.put(Admission.RETRY_MILLIS, millis);
      fields.put("retry-after", Long.toString((Long.parseLong(millis) + 999) / 1000));
    }
    return fields;
  }
}
