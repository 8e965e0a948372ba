package dev.bourse.server.access;

import java.io.Serial;
import java.util.Map;

/**
 * A call that is refused, or fails, in words for the caller; no stack trace is of use to anybody.
 */
public final class ServiceException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final Reason reason;
  private final transient Map<String, String> details;

  /**
   * A refusal.
   *
   * @param details names and values that a program may want, such as the limit and its value
   */
  public ServiceException(Reason reason, String message, Map<String, String> details) {
    super(message, null, false, false);
    this.reason = reason;
    this.details = Map.copyOf(details);
  }

  public ServiceException(Reason reason, String message) {
    this(reason, message, Map.of());
  }

  public Reason reason() {
    return reason;
  }

  public Map<String, String> details() {
    return details;
  }

  /** The message, which there always is. */
  public String words() {
    return String.valueOf(getMessage());
  }
}
