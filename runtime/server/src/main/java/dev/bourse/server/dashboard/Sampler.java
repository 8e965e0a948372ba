package dev.bourse.server.dashboard;

import dev.bourse.engine.Engine;
import dev.bourse.engine.Engine.PageUse;
import dev.bourse.engine.Price;
import dev.bourse.engine.StepStatistics;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks at an engine from time to time, for all who want to know. While nobody does, it reads a few
 * counters, so that whoever comes sees how it was; else the whole market. Thread safe.
 */
final class Sampler {
  /** Points of the curves: ten minutes while nobody looks, half as long while somebody does. */
  static final int POINTS = 600;

  private static final int PRICES_MAX = 256;

  private final Engine engine;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Sample.Point> points = new ArrayDeque<>();
  private @Nullable Sample latest;
  private int watchers;
  private boolean closed;

  // Used by the thread that looks only.
  private StepStatistics before;
  private long beforeNanos;
  private long number;

  Sampler(Engine engine) {
    this.engine = engine;
    this.before = engine.statistics();
    this.beforeNanos = System.nanoTime();
  }

  Engine engine() {
    return engine;
  }

  boolean isWatched() {
    lock.lock();
    try {
      return watchers > 0;
    } finally {
      lock.unlock();
    }
  }

  /** Looks once; always on the same thread. */
  void look(long atMillis) {
    boolean watched = isWatched();
    Sample.Point point = point(atMillis);
    Sample sample =
        watched ? new Sample(++number, point, engine.market(), engine.batches(0)) : null;
    lock.lock();
    try {
      points.addLast(point);
      if (points.size() > POINTS) {
        points.removeFirst();
      }
      if (sample != null) {
        latest = sample;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private Sample.Point point(long atMillis) {
    StepStatistics now = engine.statistics();
    long nanos = System.nanoTime();
    long steps = now.steps() - before.steps();
    double seconds = Math.max(nanos - beforeNanos, 1) / 1e9;
    PageUse pages = engine.pageUse();
    Sample.Point point =
        new Sample.Point(
            atMillis,
            slotPrice(steps),
            engine.price().pagePrice(),
            (now.tokens() - before.tokens()) / seconds,
            steps / seconds,
            steps == 0 ? 0 : (busyNanos(now) - busyNanos(before)) / 1e6 / steps,
            pages.pages() - pages.free());
    before = now;
    beforeNanos = nanos;
    return point;
  }

  private double slotPrice(long steps) {
    return engine.prices((int) Math.min(steps, PRICES_MAX)).stream()
        .mapToDouble(Price::slotPrice)
        .average()
        .orElse(0);
  }

  private static long busyNanos(StepStatistics time) {
    return time.planNanos() + time.forwardNanos() + time.sampleNanos() + time.settleNanos();
  }

  /** Nobody will look any more: whoever waits is told. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Somebody who wants to know; used by one thread. */
  Watch watch() {
    lock.lock();
    try {
      watchers++;
      return new Watch();
    } finally {
      lock.unlock();
    }
  }

  /** Sees the latest sample, and misses what it had no time for. */
  final class Watch implements AutoCloseable {
    private long seen = number();

    /** The course up to now, the oldest first. */
    List<Sample.Point> points() {
      lock.lock();
      try {
        return List.copyOf(points);
      } finally {
        lock.unlock();
      }
    }

    /**
     * Waits for a sample that is newer than the last that it saw.
     *
     * @return null when there will be none
     */
    @Nullable Sample next() throws InterruptedException {
      lock.lockInterruptibly();
      try {
        while (number() <= seen && !closed) {
          changed.await();
        }
        if (closed) {
          return null;
        }
        seen = number();
        return latest;
      } finally {
        lock.unlock();
      }
    }

    private long number() {
      Sample sample = latest;
      return sample == null ? 0 : sample.number();
    }

    @Override
    public void close() {
      lock.lock();
      try {
        watchers--;
      } finally {
        lock.unlock();
      }
    }
  }
}
