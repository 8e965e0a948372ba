package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestChild;

/**
 * Another inferlet that this one has launched, and that runs beside it. It is stopped when this
 * inferlet ends before it, unless it was {@link #close let go}.
 */
public final class Child implements AutoCloseable {
  private final GuestChild guest;
  private boolean closed;

  Child(GuestChild guest) {
    this.guest = guest;
  }

  /** The number of its process. */
  public String pid() {
    return guest.pid();
  }

  /** Whether it has ended. */
  public boolean isDone() {
    return guest.isDone();
  }

  /**
   * Waits until it has ended.
   *
   * @return what it returned
   * @throws InferletException saying why, if it failed or was stopped
   */
  public String result() {
    return guest.result();
  }

  /** Stops it. */
  public void cancel() {
    guest.cancel();
  }

  /** Lets it go: if it has not ended, it goes on by itself. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      guest.detach();
    }
  }
}
