package dev.bourse.server.access;

import java.util.Map;

/**
 * Who calls.
 *
 * @param tenant on whose behalf
 * @param role what he may do
 * @param keyId of the key that he showed; {@link #NO_KEY} where none is asked for
 */
public record Caller(String tenant, Role role, String keyId) {
  /** Whoever calls a server that asks for no keys. */
  public static final String NO_KEY = "none";

  /** Whoever uses the engine from the same machine, where no keys are asked for. */
  public static final Caller LOCAL = new Caller("local", Role.ADMINISTER, NO_KEY);

  /**
   * Refuses what takes a higher role.
   *
   * @param what he wants to do, as the message begins
   * @throws ServiceException with {@link Reason#PERMISSION_DENIED}
   */
  public void require(Role needed, String what) {
    if (!role.includes(needed)) {
      throw new ServiceException(
          Reason.PERMISSION_DENIED,
          "%s takes the role \"%s\", and this key has \"%s\""
              .formatted(what, needed.key(), role.key()),
          Map.of("role", role.key(), "needed", needed.key()));
    }
  }

  /** Whether he may see what belongs to {@code owner}. */
  public boolean sees(String owner) {
    return tenant.equals(owner) || role.includes(Role.ADMINISTER);
  }
}
