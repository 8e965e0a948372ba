package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestSubscription;
import java.util.Optional;

/** The messages broadcast on a topic since it was subscribed to, in order. */
public final class Subscription implements AutoCloseable {
  private final GuestSubscription guest;
  private boolean closed;

  Subscription(GuestSubscription guest) {
    this.guest = guest;
  }

  /** Waits for the next message. */
  public String next() {
    requireOpen();
    return guest.next();
  }

  /** The next message, if one has come. */
  public Optional<String> poll() {
    requireOpen();
    return guest.poll();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the subscription is closed");
    }
  }

  /** Hears nothing any more; idempotent. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      guest.close();
    }
  }
}
