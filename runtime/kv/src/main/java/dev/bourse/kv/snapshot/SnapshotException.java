package dev.bourse.kv.snapshot;

import java.io.IOException;

/** A snapshot operation that was refused or failed; the message says what, why and what to do. */
public class SnapshotException extends IOException {
  /** What a caller may want to tell apart. */
  public enum Reason {
    /** No snapshot of this name, or it has expired. */
    NOT_FOUND,
    /** There is a snapshot of this name already. */
    EXISTS,
    /** A limit of the store, or the user's quota. */
    LIMIT,
    /** A file that is not what was written. */
    DAMAGED,
    /** The file system failed. */
    IO
  }

  private final Reason reason;

  SnapshotException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  SnapshotException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
