package dev.bourse.host.http;

import java.time.Duration;

/**
 * How long parts of an exchange may take.
 *
 * @param connect for resolving the name, and for connecting, each
 * @param firstByte from the request to the response
 * @param betweenBytes between two parts of the response's body, and for the other side to take the
 *     next part of the request's
 */
public record Timeouts(Duration connect, Duration firstByte, Duration betweenBytes) {
  static Timeouts of(NetworkSettings settings) {
    return new Timeouts(settings.connectTimeout(), settings.idleTimeout(), settings.idleTimeout());
  }
}
