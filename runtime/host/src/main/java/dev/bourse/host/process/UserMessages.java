package dev.bourse.host.process;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The queues and the broadcasts of one user, by topic; what the user's processes tell each other. A
 * queue's message goes to one process, a broadcast to each that has subscribed before. What waits
 * in all queues together is bounded by the limits of whoever adds to it. Thread safe.
 */
public final class UserMessages {
  /** Bytes of UTF-8 that the name of a topic may have. */
  public static final int TOPIC_BYTES_MAX = 256;

  private final Backlog backlog = new Backlog();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Mailbox<String>> queues = new HashMap<>();
  private final Map<String, Set<Subscription>> subscriptions = new HashMap<>();

  /**
   * Puts a message into the queue of a topic.
   *
   * @throws LimitExceededException when {@code limits} leave no room for it
   * @throws GuestTrap when the topic's name is too long
   */
  public void push(String topic, String message, Limits limits) {
    check(topic);
    lock.lock();
    try {
      queues.computeIfAbsent(topic, name -> newQueue()).put(message, limits);
    } finally {
      forgetIfIdle(topic);
      lock.unlock();
    }
  }

  /** Asks for the next message of a topic's queue; {@link #close} what is returned. */
  public Mailbox<String>.Request pull(String topic) {
    check(topic);
    lock.lock();
    try {
      return queues.computeIfAbsent(topic, name -> newQueue()).take();
    } finally {
      lock.unlock();
    }
  }

  /** Ends a request for a message of {@code topic}. */
  public void close(String topic, Mailbox<String>.Request request) {
    lock.lock();
    try {
      request.close();
      forgetIfIdle(topic);
    } finally {
      lock.unlock();
    }
  }

  private Mailbox<String> newQueue() {
    return new Mailbox<>(backlog, UserMessages::bytes);
  }

  private void forgetIfIdle(String topic) {
    Mailbox<String> queue = queues.get(topic);
    if (queue != null && queue.isIdle()) {
      queues.remove(topic);
    }
  }

  /** Sends a message to all who have subscribed to the topic. */
  public void broadcast(String topic, String message) {
    check(topic);
    lock.lock();
    try {
      for (Subscription subscription : subscriptions.getOrDefault(topic, Set.of())) {
        subscription.deliver(message, bytes(message));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Has {@code process} hear every broadcast of a topic from now on. */
  public Subscription subscribe(String topic, InferletProcess process) {
    check(topic);
    Subscription subscription = new Subscription(this, topic, process);
    lock.lock();
    try {
      subscriptions.computeIfAbsent(topic, name -> new LinkedHashSet<>()).add(subscription);
      return subscription;
    } finally {
      lock.unlock();
    }
  }

  void unsubscribe(String topic, Subscription subscription) {
    lock.lock();
    try {
      Set<Subscription> subscribed = subscriptions.get(topic);
      if (subscribed != null && subscribed.remove(subscription) && subscribed.isEmpty()) {
        subscriptions.remove(topic);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void check(String topic) {
    long bytes = bytes(topic);
    if (bytes > TOPIC_BYTES_MAX) {
      throw new GuestTrap(
          "a topic's name of %d bytes is too long: the limit is %d"
              .formatted(bytes, TOPIC_BYTES_MAX));
    }
  }

  static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** What waits in the queues. */
  public Backlog backlog() {
    return backlog;
  }

  /** Topics that somebody has a message, a request or a subscription for. */
  public int topics() {
    lock.lock();
    try {
      return queues.size() + subscriptions.size();
    } finally {
      lock.unlock();
    }
  }
}
