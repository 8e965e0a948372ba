package dev.bourse.host.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Messages in the order they came, and the outstanding requests for them, served in the order they
 * were made. A message is counted until its receiver lets go of it; one that was given to a
 * receiver and never read goes to the next. Thread safe.
 *
 * @param <T> a message
 */
public final class Mailbox<T> {
  private final Backlog backlog;
  private final ToLongFunction<T> size;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<T> messages = new ArrayDeque<>();
  private final Deque<Request> waiting = new ArrayDeque<>();
  private int openRequests;

  /**
   * An empty one.
   *
   * @param backlog where its messages are counted
   * @param size bytes of a message
   */
  public Mailbox(Backlog backlog, ToLongFunction<T> size) {
    this.backlog = backlog;
    this.size = size;
  }

  /** A wish for a message, until it is closed. Used by one thread. */
  public final class Request implements AutoCloseable {
    private final CompletableFuture<T> value = new CompletableFuture<>();
    private boolean read;
    private boolean closed;

    private Request() {}

    public boolean isReady() {
      return value.isDone();
    }

    /** Wakes {@code process} when there is a message. */
    public Request waking(InferletProcess process) {
      process.wakeOn(value);
      return this;
    }

    /** Waits on the thread of {@code process}, whose request it is, and reads the message. */
    public T await(InferletProcess process) throws InterruptedException {
      process.await(waking(process)::isReady, InferletProcess.NEVER);
      return get().orElseThrow();
    }

    /** The message if it has come; it counts as read then. */
    public Optional<T> get() {
      lock.lock();
      try {
        @Nullable T message = value.getNow(null);
        read |= message != null;
        return Optional.ofNullable(message);
      } finally {
        lock.unlock();
      }
    }

    /** Gives the request up, and a message that was not read back. */
    @Override
    public void close() {
      lock.lock();
      try {
        if (closed) {
          return;
        }
        closed = true;
        openRequests--;
        @Nullable T message = value.getNow(null);
        if (message == null) {
          waiting.remove(this);
        } else if (read) {
          backlog.remove(size.applyAsLong(message));
        } else if (!handOver(message)) {
          messages.addFirst(message);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Adds a message.
   *
   * @throws LimitExceededException when {@code limits} leave no room for it
   */
  public void put(T message, Limits limits) {
    backlog.add(limits, size.applyAsLong(message));
    lock.lock();
    try {
      if (!handOver(message)) {
        messages.addLast(message);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Completes the oldest request; whoever waits for it is only woken by that, and takes no lock.
   */
  private boolean handOver(T message) {
    Request receiver = waiting.poll();
    return receiver != null && receiver.value.complete(message);
  }

  /** Asks for the next message. */
  public Request take() {
    lock.lock();
    try {
      Request request = new Request();
      openRequests++;
      T message = messages.poll();
      if (message == null) {
        waiting.addLast(request);
      } else {
        request.value.complete(message);
      }
      return request;
    } finally {
      lock.unlock();
    }
  }

  /** Whether nobody waits for anything here, and nothing waits for anybody. */
  public boolean isIdle() {
    lock.lock();
    try {
      return messages.isEmpty() && openRequests == 0;
    } finally {
      lock.unlock();
    }
  }
}
