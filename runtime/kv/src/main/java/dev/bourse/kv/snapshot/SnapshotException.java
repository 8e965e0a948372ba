package dev.bourse.kv.snapshot;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

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

  SnapshotException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The failure of an operation on files. */
  static SnapshotException of(String what, IOException cause) {
    boolean damaged = cause instanceof DamagedFileException || cause instanceof EOFException;
    return new SnapshotException(
        damaged ? Reason.DAMAGED : Reason.IO, what + ": " + describe(cause), cause);
  }

  /** What has gone wrong with a file, in words. */
  static String describe(IOException failure) {
    if (failure instanceof NoSuchFileException missing) {
      return "there is no file " + missing.getFile();
    }
    if (failure instanceof FileSystemException file && file.getReason() == null) {
      return failure.getClass().getSimpleName() + " " + file.getFile();
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  public Reason reason() {
    return reason;
  }
}
