package dev.bourse.server.serve;

import com.google.protobuf.Timestamp;
import dev.bourse.client.BourseClient;
import dev.bourse.proto.v1.CreateKeyResponse;
import dev.bourse.proto.v1.RotateKeyResponse;
import dev.bourse.server.access.Role;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Keys of a server that runs, for whoever administers it. */
record RemoteKeys(BourseClient client) implements Keys {
  private static final String ROLE = "ROLE_";

  private static Key key(dev.bourse.proto.v1.Key key) {
    return new Key(
        key.getId(),
        key.getTenant(),
        key.getRole().name().replaceFirst(ROLE, "").toLowerCase(Locale.ROOT),
        key.getNote(),
        instant(key.getCreatedAt()),
        key.hasRevokedAt() ? Optional.of(instant(key.getRevokedAt())) : Optional.empty());
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  @Override
  public Made create(String tenant, Role role, String note) {
    CreateKeyResponse made =
        client.createKey(tenant, dev.bourse.proto.v1.Role.valueOf(ROLE + role.name()), note);
    return new Made(key(made.getKey()), made.getSecret());
  }

  @Override
  public List<Key> list() {
    return client.keys().stream().map(RemoteKeys::key).toList();
  }

  @Override
  public Made rotate(String id) {
    RotateKeyResponse made = client.rotateKey(id);
    return new Made(key(made.getKey()), made.getSecret());
  }

  @Override
  public Key revoke(String id) {
    return key(client.revokeKey(id));
  }
}
