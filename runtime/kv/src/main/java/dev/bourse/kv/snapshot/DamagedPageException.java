package dev.bourse.kv.snapshot;

import org.jspecify.annotations.Nullable;

/** A page that is not on disk as it was written: its segment is missing, cut or changed. */
public final class DamagedPageException extends SnapshotException {
  DamagedPageException(String message) {
    super(Reason.DAMAGED, message);
  }

  DamagedPageException(String message, @Nullable Throwable cause) {
    super(Reason.DAMAGED, message, cause);
  }
}
