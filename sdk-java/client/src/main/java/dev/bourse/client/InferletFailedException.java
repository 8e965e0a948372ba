package dev.bourse.client;

import dev.bourse.proto.v1.FailureKind;
import java.io.Serial;

/** An inferlet that did not finish. */
public final class InferletFailedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final FailureKind kind;

  InferletFailedException(FailureKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Whose doing it is. */
  public FailureKind kind() {
    return kind;
  }
}
