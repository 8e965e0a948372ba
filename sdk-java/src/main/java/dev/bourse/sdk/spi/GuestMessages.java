package dev.bourse.sdk.spi;

/** The queues and the broadcasts of the user ({@code pie:core/messaging}). */
public interface GuestMessages {

  /** Puts a message into a topic's queue ({@code messaging.push}). */
  void push(String topic, String message);

  /** Waits for a message of a topic's queue ({@code messaging.pull}). */
  String pull(String topic);

  /** Sends a message to all who subscribed ({@code messaging.broadcast}). */
  void broadcast(String topic, String message);

  /** Subscribes to a topic ({@code messaging.subscribe}). */
  GuestSubscription subscribe(String topic);
}
