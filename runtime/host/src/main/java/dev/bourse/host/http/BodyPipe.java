package dev.bourse.host.http;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The body of a message on its way from who writes it to who reads it, and the trailers behind it.
 * It holds {@value #CAPACITY} bytes, so whoever writes goes as fast as the other side reads. Thread
 * safe; what is told to the two sides is told outside the lock.
 */
public final class BodyPipe {
  /** Bytes that wait to be read; a writer that looks at {@link #room} never exceeds it. */
  public static final int CAPACITY = 64 << 10;

  /** What is thrown away of a body that nobody reads, to learn what comes behind it. */
  private static final int DISCARD_MAX = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<byte[]> chunks = new ArrayDeque<>();
  private final CompletableFuture<Fields> trailers = new CompletableFuture<>();
  private int offset;
  private int waiting;
  private long written;
  private int discarded;
  private boolean discarding;
  private boolean ended;
  private boolean cancelled;
  private Optional<HttpError> failure = Optional.empty();
  private Fields behind = new Fields().frozen();
  private Runnable readable = () -> {};
  private Runnable writable = () -> {};
  private Runnable abandoned = () -> {};

  // The side that writes

  /** Has {@code listener} told when there may be more room. */
  public void onWritable(Runnable listener) {
    lock.lock();
    try {
      writable = listener;
    } finally {
      lock.unlock();
    }
  }

  /** Has {@code listener} told when the reader gives up; at once if it has. */
  public void onCancel(Runnable listener) {
    boolean already;
    lock.lock();
    try {
      abandoned = listener;
      already = cancelled;
    } finally {
      lock.unlock();
    }
    if (already) {
      listener.run();
    }
  }

  /** Bytes that may be written now. */
  public int room() {
    lock.lock();
    try {
      return Math.max(0, CAPACITY - waiting);
    } finally {
      lock.unlock();
    }
  }

  /** Bytes that were written so far. */
  public long written() {
    lock.lock();
    try {
      return written;
    } finally {
      lock.unlock();
    }
  }

  /** Whether everything written has been read, or never will be. */
  public boolean isDrained() {
    lock.lock();
    try {
      return waiting == 0 || cancelled;
    } finally {
      lock.unlock();
    }
  }

  public boolean isCancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
  }

  /** Writes {@code bytes}, which belong to the pipe from now on. */
  public void write(byte[] bytes) {
    boolean tooMuch = false;
    lock.lock();
    try {
      if (ended || cancelled || failure.isPresent() || bytes.length == 0) {
        return;
      }
      if (discarding) {
        discarded += bytes.length;
        tooMuch = discarded > DISCARD_MAX;
      } else {
        chunks.add(bytes);
        waiting += bytes.length;
      }
      written += bytes.length;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (tooMuch) {
      fail(
          new HttpError(
              HttpError.Code.HTTP_RESPONSE_BODY_SIZE,
              "more than %d bytes of a body were not read".formatted(DISCARD_MAX)));
      cancel();
    }
    tellReader();
  }

  /** Nothing more comes but the trailers. */
  public void end(Fields fields) {
    boolean complete;
    lock.lock();
    try {
      if (ended || cancelled || failure.isPresent()) {
        return;
      }
      ended = true;
      behind = fields.frozen();
      complete = waiting == 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (complete) {
      var _ = trailers.complete(behind);
    }
    tellReader();
  }

  /** Nothing more comes, although it should; what was written before can still be read. */
  public void fail(HttpError error) {
    lock.lock();
    try {
      if (ended || failure.isPresent()) {
        return;
      }
      failure = Optional.of(error);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    var _ = trailers.completeExceptionally(error.exception());
    tellReader();
  }

  // The side that reads

  /** Has {@code listener} told when there may be something to read. */
  public void onReadable(Runnable listener) {
    lock.lock();
    try {
      readable = listener;
    } finally {
      lock.unlock();
    }
  }

  /**
   * What there is, without waiting; nothing if there is nothing yet or no more.
   *
   * @param max bytes at most
   */
  public byte[] read(int max) {
    byte[] bytes;
    boolean complete;
    lock.lock();
    try {
      byte[] first = chunks.peek();
      if (first == null) {
        return new byte[0];
      }
      int count = Math.min(max, first.length - offset);
      bytes = Arrays.copyOfRange(first, offset, offset + count);
      offset += count;
      waiting -= count;
      if (offset == first.length) {
        chunks.remove();
        offset = 0;
      }
      complete = ended && waiting == 0;
    } finally {
      lock.unlock();
    }
    if (complete) {
      var _ = trailers.complete(behind);
    }
    tellWriter();
    return bytes;
  }

  /**
   * The next bytes, waiting for them; nothing at the end.
   *
   * @param deadlineNanos the {@link System#nanoTime} to wait until
   * @throws HttpException when the body failed, or nothing came in time
   */
  public byte[] take(int max, long deadlineNanos) throws InterruptedException, HttpException {
    lock.lockInterruptibly();
    try {
      while (chunks.isEmpty() && !ended && failure.isEmpty()) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
          throw new HttpException(
              HttpError.Code.CONNECTION_READ_TIMEOUT, "the body did not go on in time");
        }
        var _ = changed.await(left, TimeUnit.NANOSECONDS);
      }
      if (chunks.isEmpty() && failure.isPresent()) {
        throw failure.get().exception();
      }
    } finally {
      lock.unlock();
    }
    return read(max);
  }

  /** Whether there is something to read, or nothing more will come. */
  public boolean isReady() {
    lock.lock();
    try {
      return waiting > 0 || ended || cancelled || failure.isPresent();
    } finally {
      lock.unlock();
    }
  }

  /** Whether everything has been read. */
  public boolean atEnd() {
    lock.lock();
    try {
      return ended && waiting == 0;
    } finally {
      lock.unlock();
    }
  }

  /** Why nothing more comes, when everything before has been read. */
  public Optional<HttpError> failure() {
    lock.lock();
    try {
      return waiting == 0 ? failure : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** What comes behind the body, once all of it has been read or thrown away. */
  public CompletableFuture<Fields> trailers() {
    return trailers;
  }

  /** Nobody reads the rest of the body, but somebody wants to know how it ends. */
  public void discard() {
    boolean complete;
    lock.lock();
    try {
      discarding = true;
      chunks.clear();
      waiting = 0;
      complete = ended;
    } finally {
      lock.unlock();
    }
    if (complete) {
      var _ = trailers.complete(behind);
    }
    tellWriter();
  }

  /** Nobody reads any more. */
  public void cancel() {
    Runnable tell;
    lock.lock();
    try {
      if (cancelled || (ended && waiting == 0)) {
        return;
      }
      cancelled = true;
      chunks.clear();
      waiting = 0;
      tell = abandoned;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    var _ =
        trailers.completeExceptionally(
            new HttpException(
                HttpError.Code.CONNECTION_TERMINATED, "the body was given up before its end"));
    tell.run();
    tellWriter();
  }

  private void tellReader() {
    listener(true).run();
  }

  private void tellWriter() {
    listener(false).run();
  }

  private Runnable listener(boolean reader) {
    lock.lock();
    try {
      return reader ? readable : writable;
    } finally {
      lock.unlock();
    }
  }
}
