package dev.bourse.server.serve;

import dev.bourse.server.access.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a server's tenants. What is refused is a {@link dev.bourse.server.CommandException}.
 */
interface Keys {
  /**
   * A key, without its secret.
   *
   * @param role as users write it
   * @param revoked since when it opens nothing
   */
  record Key(
      String id,
      String tenant,
      String role,
      String note,
      Instant created,
      Optional<Instant> revoked) {}

  /** A key that was made, with its secret, which nobody can tell again. */
  record Made(Key key, String secret) {}

  Made create(String tenant, Role role, String note);

  List<Key> list();

  /** Makes a key of the same tenant and role, and revokes the old one. */
  Made rotate(String id);

  /** Has a key open nothing any more. */
  Key revoke(String id);
}
