package dev.bourse.host;

import dev.bourse.host.http.NetworkSettings;

/**
 * What an operator lets inferlets use beside the models.
 *
 * @param network which hosts they may talk to
 */
public record HostSettings(NetworkSettings network) {
  /** Nothing beyond the host. */
  public static final HostSettings DEFAULT = new HostSettings(NetworkSettings.DEFAULT);
}
