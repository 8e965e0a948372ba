package dev.bourse.host.process;

import java.util.concurrent.atomic.AtomicLong;

/** Counts messages that the host keeps until somebody reads them. Thread safe. */
public final class Backlog {
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Counts one more message.
   *
   * @throws LimitExceededException when it would be too many, or too much; then it is not counted
   */
  void add(Limits limits, long messageBytes) {
    long allMessages = messages.incrementAndGet();
    long allBytes = bytes.addAndGet(messageBytes);
    try {
      limits.check(Limit.MESSAGE_QUEUE, allMessages);
      limits.check(Limit.MESSAGE_BYTES, allBytes);
    } catch (LimitExceededException e) {
      remove(messageBytes);
      throw e;
    }
  }

  /** Counts a message no more. */
  void remove(long messageBytes) {
    messages.decrementAndGet();
    bytes.addAndGet(-messageBytes);
  }

  public long messages() {
    return messages.get();
  }

  public long bytes() {
    return bytes.get();
  }
}
