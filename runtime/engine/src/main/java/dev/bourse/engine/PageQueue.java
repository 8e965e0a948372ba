package dev.bourse.engine;

import dev.bourse.kv.PagePool;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for free pages: first come, first served, so that a large request is not starved by
 * small ones. Every method is called with the engine's lock held.
 */
final class PageQueue {
  private static final class Waiter {
    final EngineProcess process;
    final int count;
    final Condition turn;
    @Nullable String refusal;

    Waiter(EngineProcess process, int count, Condition turn) {
      this.process = process;
      this.count = count;
      this.turn = turn;
    }
  }

  private final Engine engine;
  private final ReentrantLock lock;
  private final PagePool pool;
  private final Deque<Waiter> waiters = new ArrayDeque<>();

  PageQueue(Engine engine, ReentrantLock lock, PagePool pool) {
    this.engine = engine;
    this.lock = lock;
    this.pool = pool;
  }

  /**
   * Returns once {@code count} pages are free and nobody came earlier; the caller takes them before
   * it gives up the lock.
   */
  void acquire(EngineProcess process, int count) throws InterruptedException {
    if (count > pool.pageCount()) {
      throw new EngineException(
          "cannot reserve "
              + count
              + " pages: the whole KV cache has "
              + pool.pageCount()
              + " of "
              + pool.layout().pageTokens()
              + " tokens, and the model's context is "
              + engine.model().config().contextLength()
              + " tokens; shorten the input, or raise the size of the cache");
    }
    if (count == 0 || (waiters.isEmpty() && pool.freeCount() >= count)) {
      return;
    }
    Waiter waiter = new Waiter(process, count, lock.newCondition());
    waiters.add(waiter);
    try {
      while (waiters.peek() != waiter || pool.freeCount() < waiter.count) {
        process.requireOpen();
        if (waiter.refusal == null) {
          // Again after every wake-up: whoever let go of pages may have been the last to run.
          breakDeadlock();
        }
        if (waiter.refusal != null) {
          throw new EngineException(waiter.refusal);
        }
        waiter.turn.await();
      }
      process.requireOpen();
    } finally {
      waiters.remove(waiter);
      signalNext();
    }
  }

  /** How many wait. */
  int waiting() {
    return waiters.size();
  }

  /** Pages were released, or a process closed. */
  void released() {
    signalNext();
  }

  /** Wakes everybody, to see that their process is closed. */
  void wakeAll() {
    waiters.forEach(waiter -> waiter.turn.signal());
  }

  /**
   * Asks, when nothing more will be computed for now, whether those who wait can ever be served. If
   * not, the last to come of those who hold pages is refused: it may give some back.
   */
  void breakDeadlock() {
    Waiter first = waiters.peek();
    if (first == null || pool.freeCount() >= first.count || engine.isComputing()) {
      return;
    }
    Set<EngineProcess> holders = engine.processesHoldingPages();
    Set<EngineProcess> waiting = new HashSet<>();
    waiters.forEach(waiter -> waiting.add(waiter.process));
    if (waiting.containsAll(holders)) {
      Iterator<Waiter> youngestFirst = waiters.descendingIterator();
      while (youngestFirst.hasNext()) {
        Waiter waiter = youngestFirst.next();
        if (holders.contains(waiter.process)) {
          refuse(waiter);
          return;
        }
      }
      throw new IllegalStateException("pages are missing: nobody holds them, nor are they free");
    }
  }

  private void refuse(Waiter waiter) {
    waiter.refusal =
        "out of KV pages: "
            + waiter.count
            + " wanted, "
            + pool.freeCount()
            + " of "
            + pool.pageCount()
            + " free, and everybody who holds the others waits for more; raise the size of the KV"
            + " cache, or run fewer contexts at once";
    waiter.turn.signal();
  }

  private void signalNext() {
    Waiter first = waiters.peek();
    if (first != null) {
      first.turn.signal();
    }
  }
}
