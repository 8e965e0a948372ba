package dev.bourse.server.node;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a process said, numbered from 0. It keeps the last events that have room, whether they were
 * read or not, so that a client that lost its connection can go on where it was.
 *
 * <p>While readers are attached, whoever writes waits for the slowest of them and nothing is lost.
 * While there are none, the oldest events make room for new ones. Thread safe.
 */
public final class EventLog {
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Long, Event> kept = new HashMap<>();
  private final Set<Reader> readers = new LinkedHashSet<>();
  private long first;
  private long next;
  private long bytes;
  private boolean ended;

  /**
   * An empty log.
   *
   * @param capacity bytes of the events that it keeps ({@link Event#size}); a single event may have
   *     more and is then kept alone
   */
  EventLog(int capacity) {
    this.capacity = capacity;
  }

  /** What a reader finds next. */
  public sealed interface Next {
    /** An event. */
    record Said(long offset, Event event) implements Next {}

    /** Events that were dropped before they were read, up to {@code end}, which is not. */
    record Missed(long offset, long end) implements Next {}

    /** The process has ended, and all that it said was read. */
    record Over() implements Next {}
  }

  /** Reads from some offset on; used by one thread. */
  public final class Reader implements AutoCloseable {
    private long position;
    private boolean closed;

    private Reader(long position) {
      this.position = position;
    }

    /** Waits for what comes next. */
    public Next next() throws InterruptedException {
      lock.lockInterruptibly();
      try {
        while (position >= next && !ended) {
          changed.await();
        }
        return take();
      } finally {
        lock.unlock();
      }
    }

    /**
     * Waits for what comes next, so long and no longer.
     *
     * @return empty if nothing came
     */
    public Optional<Next> next(Duration patience) throws InterruptedException {
      long left = patience.toNanos();
      lock.lockInterruptibly();
      try {
        while (position >= next && !ended) {
          if (left <= 0) {
            return Optional.empty();
          }
          left = changed.awaitNanos(left);
        }
        return Optional.of(take());
      } finally {
        lock.unlock();
      }
    }

    private Next take() {
      if (position < first) {
        Next missed = new Next.Missed(position, first);
        position = first;
        return missed;
      }
      if (position >= next) {
        return new Next.Over();
      }
      Next said = new Next.Said(position, Objects.requireNonNull(kept.get(position)));
      position++;
      changed.signalAll();
      return said;
    }

    /** Reads no more; nobody waits for it from now on. */
    @Override
    public void close() {
      lock.lock();
      try {
        if (!closed) {
          closed = true;
          readers.remove(this);
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Starts to read.
   *
   * @param offset of the first event that is wanted; beyond the last one, those to come from then
   *     on
   */
  public Reader read(long offset) {
    lock.lock();
    try {
      Reader reader = new Reader(Math.max(0, Math.min(offset, next)));
      readers.add(reader);
      return reader;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Starts to look on: as {@link #read}, but whoever writes does not wait for it, so that it may
   * miss events.
   */
  public Reader look(long offset) {
    lock.lock();
    try {
      return new Reader(Math.max(0, Math.min(offset, next)));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds an event. Waits while it has no room and somebody has yet to read what is in its place; a
   * process that is being stopped waits no longer, and is told so by its thread's interrupt.
   */
  void add(Event event) {
    int size = event.size();
    boolean interrupted = false;
    lock.lock();
    try {
      while (!makeRoom(size) && !interrupted) {
        try {
          changed.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      kept.put(next++, event);
      bytes += size;
      changed.signalAll();
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Drops what every reader has read, the oldest first, until {@code size} bytes have room. */
  private boolean makeRoom(int size) {
    long unread =
        readers.stream().mapToLong(reader -> reader.position).min().orElse(Long.MAX_VALUE);
    while (bytes + size > capacity && !kept.isEmpty()) {
      if (first >= unread) {
        return false;
      }
      bytes -= Objects.requireNonNull(kept.remove(first++)).size();
    }
    return true;
  }

  /** Nothing comes any more. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The offset of the first event that is kept. */
  public long firstOffset() {
    lock.lock();
    try {
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** The offset that the next event will have. */
  public long nextOffset() {
    lock.lock();
    try {
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Clients that read. */
  public int readers() {
    lock.lock();
    try {
      return readers.size();
    } finally {
      lock.unlock();
    }
  }

  /** Bytes that it keeps. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }
}
