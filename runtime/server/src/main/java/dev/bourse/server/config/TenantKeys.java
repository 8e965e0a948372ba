package dev.bourse.server.config;

import dev.bourse.engine.Tenant;
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

  static final List<Key<?>> ALL = List.of(ENDOWMENT, CREDITS, CONTEXTS);

  private TenantKeys() {}
}
