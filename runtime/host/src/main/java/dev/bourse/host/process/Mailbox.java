package dev.bourse.host.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/** The messages of a client to an inferlet, and the inferlet's outstanding requests for them. */
public final class Mailbox {
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<String> messages = new ArrayDeque<>();
  private final Deque<CompletableFuture<String>> waiting = new ArrayDeque<>();

  public void put(String message) {
    CompletableFuture<String> receiver;
    do {
      lock.lock();
      try {
        receiver = waiting.poll();
        if (receiver == null) {
          messages.add(message);
          return;
        }
      } finally {
        lock.unlock();
      }
      // A receiver that gave up meanwhile leaves the message for the next.
    } while (!receiver.complete(message));
  }

  /** The next message; requests are served in the order they were made. */
  public CompletableFuture<String> take() {
    lock.lock();
    try {
      String message = messages.poll();
      if (message != null) {
        return CompletableFuture.completedFuture(message);
      }
      CompletableFuture<String> receiver = new CompletableFuture<>();
      waiting.add(receiver);
      return receiver;
    } finally {
      lock.unlock();
    }
  }

  /** Takes back a request that nobody waits for any more. */
  public void forget(CompletableFuture<String> receiver) {
    receiver.cancel(false);
    lock.lock();
    try {
      waiting.removeIf(CompletableFuture::isCancelled);
    } finally {
      lock.unlock();
    }
  }
}
