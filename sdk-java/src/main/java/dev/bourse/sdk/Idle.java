package dev.bourse.sdk;

/** A time in which a context bids nothing; see {@link Context#idle}. */
public final class Idle implements AutoCloseable {
  private final Runnable restore;
  private boolean over;

  Idle(Runnable restore) {
    this.restore = restore;
  }

  /** Ends it: the context bids what it bid before. A second call does nothing. */
  @Override
  public void close() {
    if (!over) {
      over = true;
      restore.run();
    }
  }
}
