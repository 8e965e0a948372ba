package dev.bourse.server.node;

import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Mount;
import dev.bourse.server.access.Quotas;
import java.util.List;
import java.util.Map;

/**
 * How much a node does for its callers.
 *
 * @param quotas how much each tenant may launch
 * @param endedPerTenant processes that ended and of which can still be asked
 * @param endedBytesPerTenant bytes of what those said
 * @param logBytes of what a process said, kept until somebody reads it
 * @param limits that no launch may exceed
 * @param mounts folders that inferlets can read
 */
public record NodeSettings(
    Quotas quotas,
    int endedPerTenant,
    long endedBytesPerTenant,
    int logBytes,
    Limits limits,
    List<Mount> mounts) {
  /** Enough for a thousand processes of a tenant, each with a mebibyte of what it said. */
  public static final NodeSettings DEFAULT =
      new NodeSettings(Quotas.DEFAULT, 1_000, 64L << 20, 1 << 20, Limits.DEFAULT, List.of());

  public NodeSettings {
    mounts = List.copyOf(mounts);
  }

  public NodeSettings withQuotas(Quotas newQuotas) {
    return new NodeSettings(
        newQuotas, endedPerTenant, endedBytesPerTenant, logBytes, limits, mounts);
  }

  /** The same number for all. */
  public NodeSettings withProcessesPerTenant(int max) {
    return withQuotas(new Quotas(Map.of(), quotas.others().withProcesses(max)));
  }

  public NodeSettings withLogBytes(int max) {
    return new NodeSettings(quotas, endedPerTenant, endedBytesPerTenant, max, limits, mounts);
  }

  public NodeSettings withMounts(List<Mount> newMounts) {
    return new NodeSettings(
        quotas, endedPerTenant, endedBytesPerTenant, logBytes, limits, newMounts);
  }
}
