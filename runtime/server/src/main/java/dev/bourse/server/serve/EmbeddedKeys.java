package dev.bourse.server.serve;

import dev.bourse.server.CommandException;
import dev.bourse.server.access.ApiKey;
import dev.bourse.server.access.ApiKeys;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Role;
import dev.bourse.server.access.ServiceException;
import java.util.List;
import java.util.function.Function;

/** Keys in a data folder. */
record EmbeddedKeys(DataFolder data) implements Keys {

  private <T> T attempt(Function<ApiKeys, T> action) {
    try {
      return action.apply(data.keys());
    } catch (ServiceException e) {
      throw CommandException.failed(e.words());
    }
  }

  private Key recorded(String action, ApiKey key) {
    data.audit().record(Caller.LOCAL, action, key.id());
    return key(key);
  }

  private static Key key(ApiKey key) {
    return new Key(
        key.id(), key.tenant(), key.role().key(), key.note(), key.createdAt(), key.revokedAt());
  }

  @Override
  public Made create(String tenant, Role role, String note) {
    ApiKeys.Created created = attempt(keys -> keys.create(tenant, role, note));
    return new Made(recorded("key.create", created.key()), created.secret());
  }

  @Override
  public List<Key> list() {
    return attempt(ApiKeys::keys).stream().map(EmbeddedKeys::key).toList();
  }

  @Override
  public Made rotate(String id) {
    ApiKeys.Created created = attempt(keys -> keys.rotate(id));
    return new Made(recorded("key.rotate", created.key()), created.secret());
  }

  @Override
  public Key revoke(String id) {
    return recorded("key.revoke", attempt(keys -> keys.revoke(id)));
  }
}
