package dev.bourse.server;

import java.io.IOException;
import java.io.Serial;

/** Standard output cannot be written: usually its reader, such as {@code head}, has gone. */
final class OutputClosedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  OutputClosedException(IOException cause) {
    super(cause);
  }
}
