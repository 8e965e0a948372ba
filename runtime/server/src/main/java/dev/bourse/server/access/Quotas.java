package dev.bourse.server.access;

import java.util.Map;

/**
 * What each tenant may ask.
 *
 * @param named of those that have limits of their own
 * @param others of all others, each for itself
 */
public record Quotas(Map<String, TenantLimits> named, TenantLimits others) {
  /** The same for all. */
  public static final Quotas DEFAULT = new Quotas(Map.of(), TenantLimits.DEFAULT);

  public Quotas {
    named = Map.copyOf(named);
  }

  public TenantLimits of(String tenant) {
    return named.getOrDefault(tenant, others);
  }
}
