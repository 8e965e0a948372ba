package dev.bourse.sdk.spi;

import java.util.Optional;

/** The broadcasts of one topic ({@code messaging.subscription}). */
public interface GuestSubscription {

  /** The next message, if one has come ({@code subscription.get}). */
  Optional<String> poll();

  /** Waits for the next message. */
  String next();

  /** Gives the handle up. */
  void close();
}
