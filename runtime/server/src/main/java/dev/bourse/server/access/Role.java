package dev.bourse.server.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a key is for. Each role may do what those before it may. */
public enum Role {
  /** Launch programs, and talk to one's own processes. */
  USE,
  /** Add and remove programs of the tenant. */
  DEPLOY,
  /** See all tenants, and manage their keys. */
  ADMINISTER;

  /** Whether it may do what {@code other} may. */
  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }

  /** As users write it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> byKey(String key) {
    return Arrays.stream(values()).filter(role -> role.key().equals(key)).findFirst();
  }
}
