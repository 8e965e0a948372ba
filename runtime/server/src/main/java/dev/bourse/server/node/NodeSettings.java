package dev.bourse.server.node;

import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Mount;
import java.util.List;

/**
 * How much a node does for its callers.
 *
 * @param processesPerTenant that run at once
 * @param endedPerTenant processes that ended and of which can still be asked
 * @param endedBytesPerTenant bytes of what those said
 * @param logBytes of what a process said, kept until somebody reads it
 * @param limits that no launch may exceed
 * @param mounts folders that inferlets can read
 */
public record NodeSettings(
    int processesPerTenant,
    int endedPerTenant,
    long endedBytesPerTenant,
    int logBytes,
    Limits limits,
    List<Mount> mounts) {
  /** Enough for a thousand processes of a tenant, each with a mebibyte of what it said. */
  public static final NodeSettings DEFAULT =
      new NodeSettings(2_000, 1_000, 64L << 20, 1 << 20, Limits.DEFAULT, List.of());

  public NodeSettings {
    mounts = List.copyOf(mounts);
  }

  public NodeSettings withProcessesPerTenant(int max) {
    return new NodeSettings(max, endedPerTenant, endedBytesPerTenant, logBytes, limits, mounts);
  }

  public NodeSettings withLogBytes(int max) {
    return new NodeSettings(
        processesPerTenant, endedPerTenant, endedBytesPerTenant, max, limits, mounts);
  }

  public NodeSettings withMounts(List<Mount> newMounts) {
    return new NodeSettings(
        processesPerTenant, endedPerTenant, endedBytesPerTenant, logBytes, limits, newMounts);
  }
}
