package dev.bourse.text.template;

import java.io.Serial;

/** A {@link Fault} of the source, at a known line. It never leaves the package. */
final class SyntaxFault extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int line;

  SyntaxFault(int line, String problem) {
    super(problem, null, false, false);
    this.line = line;
  }

  int line() {
    return line;
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
