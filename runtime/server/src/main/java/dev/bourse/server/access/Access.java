package dev.bourse.server.access;

import java.util.Optional;

/** Lets callers in. */
public final class Access {
  private final ApiKeys keys;

  public Access(ApiKeys keys) {
    this.keys = keys;
  }

  /** Whether nobody is asked for a key; then only this machine may be served. */
  public boolean isOpen() {
    return keys.isEmpty();
  }

  public ApiKeys keys() {
    return keys;
  }

  /**
   * Who shows this secret.
   *
   * @throws ServiceException with {@link Reason#UNAUTHENTICATED}
   */
  public Caller caller(Optional<String> secret) {
    if (isOpen()) {
      return Caller.LOCAL;
    }
    if (secret.isEmpty()) {
      throw new ServiceException(
          Reason.UNAUTHENTICATED,
          "this server asks for a key: send the header \"Authorization: Bearer KEY\"");
    }
    return keys.find(secret.get())
        .map(ApiKey::caller)
        .orElseThrow(
            () -> new ServiceException(Reason.UNAUTHENTICATED, "this key is none, or was revoked"));
  }

  /** Whether the key that {@code caller} showed still opens what it did. */
  public boolean isValid(Caller caller) {
    if (caller.keyId().equals(Caller.NO_KEY)) {
      return isOpen();
    }
    return keys.keys().stream().anyMatch(key -> key.id().equals(caller.keyId()) && key.isValid());
  }

  /** The secret in the value of an Authorization header. */
  public static Optional<String> bearer(Optional<String> header) {
    String scheme = "bearer ";
    return header
        .filter(value -> value.regionMatches(true, 0, scheme, 0, scheme.length()))
        .map(value -> value.substring(scheme.length()).strip())
        .filter(secret -> !secret.isEmpty());
  }
}
