package dev.bourse.host.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The broadcasts that one process hears on one topic, each exactly once and in order. A process
 * that lets more of them pile up than its limits allow is told so when it looks next: it never goes
 * on without knowing that it missed something, and whoever broadcasts is not held up.
 */
public final class Subscription implements AutoCloseable {
  private final UserMessages messages;
  private final String topic;
  private final InferletProcess process;
  private final Backlog backlog = new Backlog();
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<String> unread = new ArrayDeque<>();
  private @Nullable LimitExceededException overflow;
  private boolean closed;

  Subscription(UserMessages messages, String topic, InferletProcess process) {
    this.messages = messages;
    this.topic = topic;
    this.process = process;
  }

  void deliver(String message, long bytes) {
    lock.lock();
    try {
      if (closed || overflow != null) {
        return;
      }
      try {
        backlog.add(process.limits(), bytes);
        unread.addLast(message);
      } catch (LimitExceededException e) {
        overflow = e;
        unread.clear();
      }
    } finally {
      lock.unlock();
    }
    process.wake();
  }

  /**
   * The next message, if there is one.
   *
   * @throws LimitExceededException when too many had piled up
   */
  public Optional<String> get() {
    lock.lock();
    try {
      if (overflow != null) {
        throw overflow;
      }
      String message = unread.poll();
      if (message != null) {
        backlog.remove(UserMessages.bytes(message));
      }
      return Optional.ofNullable(message);
    } finally {
      lock.unlock();
    }
  }

  /** Whether {@link #get} has something to say, if only that nothing comes any more. */
  public boolean isReady() {
    lock.lock();
    try {
      return closed || overflow != null || !unread.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Hears nothing any more and forgets what was not read; idempotent. */
  @Override
  public void close() {
    messages.unsubscribe(topic, this);
    lock.lock();
    try {
      closed = true;
      overflow = null;
      unread.clear();
    } finally {
      lock.unlock();
    }
  }
}
