package dev.bourse.host.process;

/** Unwinds a guest whose process is being stopped; the process knows why. */
public final class ProcessStopped extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ProcessStopped() {
    super("the process is being stopped", null, false, false);
  }
}
