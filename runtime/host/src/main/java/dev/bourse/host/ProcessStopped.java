package dev.bourse.host;

/** Unwinds a guest whose process is being stopped; the process knows why. */
final class ProcessStopped extends RuntimeException {
  private static final long serialVersionUID = 1;

  ProcessStopped() {
    super("the process is being stopped", null, false, false);
  }
}
