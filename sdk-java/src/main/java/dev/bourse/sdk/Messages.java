package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestMessages;

/**
 * What the inferlets of one user tell each other, by topic. A message that is pushed goes to one
 * inferlet, whichever pulls it; one that is broadcast goes to each that has subscribed before.
 *
 * <pre>{@code
 * try (Subscription results = session.messages().subscribe("results")) {
 *   session.messages().push("work", question);
 *   session.send(results.next());
 * }
 * }</pre>
 */
public final class Messages {
  private final GuestMessages guest;

  Messages(GuestMessages guest) {
    this.guest = guest;
  }

  /** Puts a message into the topic's queue, where it waits until somebody pulls it. */
  public void push(String topic, String message) {
    guest.push(topic, message);
  }

  /** Waits for the next message of the topic's queue and takes it. */
  public String pull(String topic) {
    return guest.pull(topic);
  }

  /** Sends a message to every inferlet that is subscribed to the topic. */
  public void broadcast(String topic, String message) {
    guest.broadcast(topic, message);
  }

  /** Hears every message that is broadcast on the topic from now on, until it is closed. */
  public Subscription subscribe(String topic) {
    return new Subscription(guest.subscribe(topic));
  }
}
