package dev.bourse.host.http;

/** Why a field may not be set: {@code wasi:http/types.header-error}. */
public final class FieldException extends Exception {
  private static final long serialVersionUID = 1;

  /** The cases of the variant, in the order of the interface. */
  public enum Reason {
    /** Not a token, or a value with a line break or a NUL in it. */
    INVALID_SYNTAX,
    /** One that belongs to the connection and not to the message. */
    FORBIDDEN,
    /** The fields are those of a message that exists already. */
    IMMUTABLE;

    /** Which case of the variant it is. */
    @SuppressWarnings("EnumOrdinal") // They are declared in the interface's order.
    int number() {
      return ordinal();
    }
  }

  private final Reason reason;

  FieldException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
