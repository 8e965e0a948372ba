package dev.bourse.server.config;

import dev.bourse.engine.Tenant;
import dev.bourse.server.access.TenantLimits;
import java.util.List;

/** The keys of the tables {@code [tenants.NAME]}. */
final class TenantKeys {
  static final Key<Integer> ENDOWMENT =
      Key.of(
          "endowment",
          Kind.whole(1, 1_000_000),
          (int) Tenant.DEFAULT.endowment(),
          "The user's share of what all pay, relative to the other users'.");

  static final Key<Double> CREDITS =
      Key.of(
          "credits",
          Kind.number(0, 1_000_000_000),
          Tenant.DEFAULT.credits(),
          "Credits the user begins with.");

  static final Key<Integer> CONTEXTS =
      Key.of(
          "contexts",
          Kind.whole(1, Integer.MAX_VALUE),
          Tenant.DEFAULT.contextsMax(),
          "Contexts the user's processes may have, all together.");

  private static final TenantLimits LIMITS = TenantLimits.DEFAULT;

  static final Key<Integer> PROCESSES =
      Key.of(
          "processes",
          Kind.whole(1, 1_000_000),
          LIMITS.processes(),
          "Processes of the user on a server, at once.");

  static final Key<Double> LAUNCHES =
      Key.of(
          "launches-per-second",
          Kind.number(0.001, 1_000_000),
          LIMITS.launches().perSecond(),
          "Launches of the user on a server, in the long run; requests to /v1/ are some of them.");

  static final Key<Integer> LAUNCH_BURST =
      Key.of(
          "launch-burst",
          Kind.whole(1, 1_000_000),
          LIMITS.launches().burst(),
          "Launches at once, after a pause.");

  static final Key<Double> REQUESTS =
      Key.of(
          "requests-per-second",
          Kind.number(0.001, 1_000_000),
          LIMITS.requests().perSecond(),
          "Requests of the user to a server, by HTTP and gRPC together, in the long run.");

  static final Key<Integer> REQUEST_BURST =
      Key.of(
          "request-burst",
          Kind.whole(1, 1_000_000),
          LIMITS.requests().burst(),
          "Requests at once, after a pause.");

  static final Key<Integer> REQUESTS_AT_ONCE =
      Key.of(
          "requests-at-once",
          Kind.whole(1, 1_000_000),
          LIMITS.requestsAtOnce(),
          "Requests of the user that are being answered, streams too.");

  static final List<Key<?>> ALL =
      List.of(
          ENDOWMENT,
          CREDITS,
          CONTEXTS,
          PROCESSES,
          LAUNCHES,
          LAUNCH_BURST,
          REQUESTS,
          REQUEST_BURST,
          REQUESTS_AT_ONCE);

  private TenantKeys() {}
}
