package dev.bourse.host.http;

import java.time.Duration;

/**
 * What inferlets may do on the network.
 *
 * @param allow the hosts they may talk to
 * @param connections open at once, of all processes together
 * @param processConnections open at once, of one process
 * @param connectTimeout for resolving a name, and for connecting, each; a guest may ask for less
 * @param idleTimeout for a server to send something, or to take something; a guest may ask for less
 */
public record NetworkSettings(
    AllowList allow,
    int connections,
    int processConnections,
    Duration connectTimeout,
    Duration idleTimeout) {
  /** Nothing may be reached. */
  public static final NetworkSettings DEFAULT =
      new NetworkSettings(AllowList.NONE, 256, 16, Duration.ofSeconds(10), Duration.ofSeconds(60));

  public NetworkSettings withAllow(AllowList newAllow) {
    return new NetworkSettings(
        newAllow, connections, processConnections, connectTimeout, idleTimeout);
  }
}
