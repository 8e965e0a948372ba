package dev.bourse.kv.snapshot;

import java.io.IOException;

/** A file whose contents are not what was written; the message says what is wrong with it. */
final class DamagedFileException extends IOException {
  DamagedFileException(String message) {
    super(message);
  }

  DamagedFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
