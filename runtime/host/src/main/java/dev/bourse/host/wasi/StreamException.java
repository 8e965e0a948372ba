package dev.bourse.host.wasi;

import java.util.Optional;

/** Why a stream gives or takes no more: {@code wasi:io/streams.stream-error}. */
public final class StreamException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Optional<IoError> error;

  private StreamException(String message, Optional<IoError> error) {
    super(message, null, false, false);
    this.error = error;
  }

  /** The stream has come to its end, or its other side is gone. */
  public static StreamException closed() {
    return new StreamException("closed", Optional.empty());
  }

  /** The operation failed. */
  public static StreamException failed(IoError error) {
    return new StreamException(error.message(), Optional.of(error));
  }

  /** What went wrong; empty if the stream is closed. */
  public Optional<IoError> error() {
    return error;
  }
}
