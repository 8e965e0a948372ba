package dev.bourse.sdk.spi;

/** A process that was launched by this one ({@code runtime.child}). */
public interface GuestChild {
  /** {@code child.pid}. */
  String pid();

  /** Whether {@code child.get} has something to tell. */
  boolean isDone();

  /**
   * Waits, and returns what the child returned.
   *
   * @throws dev.bourse.sdk.InferletException if it failed
   */
  String result();

  /** {@code child.cancel}. */
  void cancel();

  /** Drops the handle. */
  void detach();
}
