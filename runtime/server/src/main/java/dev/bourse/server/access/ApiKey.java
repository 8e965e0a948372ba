package dev.bourse.server.access;

import java.time.Instant;
import java.util.Optional;

/**
 * A key, without its secret.
 *
 * @param id what it is called by; not secret
 * @param sha256 of the secret, in hexadecimal. The secret has 256 random bits, so there is nothing
 *     that a slower hash would protect
 * @param note what its owner wants to remember
 * @param revokedAt since when it opens nothing
 */
public record ApiKey(
    String id,
    String tenant,
    Role role,
    String sha256,
    String note,
    Instant createdAt,
    Optional<Instant> revokedAt) {

  public boolean isValid() {
    return revokedAt.isEmpty();
  }

  public Caller caller() {
    return new Caller(tenant, role, id);
  }

  ApiKey revoked(Instant at) {
    return new ApiKey(id, tenant, role, sha256, note, createdAt, Optional.of(at));
  }
}
