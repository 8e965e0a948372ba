package dev.bourse.kv.snapshot;

/** A page that is not on disk as it was written: its segment is missing, cut or changed. */
public final class DamagedPageException extends SnapshotException {
  DamagedPageException(String message) {
    super(Reason.DAMAGED, message);
  }

  DamagedPageException(String message, Throwable cause) {
    super(Reason.DAMAGED, message, cause);
  }
}
