package dev.bourse.tensor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One persistent set of threads for data-parallel work.
 *
 * <p>{@link #run} hands out task numbers by an atomic counter, so a worker whose core is taken away
 * holds up the others by one task at most. The caller takes part as worker 0. Between runs a worker
 * spins for a few microseconds, because the next layer usually follows at once, and then parks, so
 * that a shared machine is not heated in vain.
 *
 * <p>A run allocates nothing. Runs of different callers follow one another.
 */
public final class WorkerPool implements AutoCloseable {
  /** Work that is cut into numbered tasks. */
  @FunctionalInterface
  public interface Task {
    /**
     * Does task number {@code task}.
     *
     * @param task from 0 to the number of tasks, exclusive; each once, in no particular order
     * @param worker from 0 to {@link #threads()}, exclusive: no two tasks run at the same time with
     *     the same worker, so it may index scratch memory
     */
    void run(int task, int worker);
  }

  /** Tasks a run may have: 24 bits of {@link #ticket}. */
  public static final int TASKS_MAX = (1 << 24) - 1;

  private static final int INDEX_BITS = 24;
  private static final long INDEX_MASK = (1L << INDEX_BITS) - 1;
  private static final long SPIN_NANOS = 30_000;
  private static final Task NOTHING = (task, worker) -> {};

  /**
   * The run in progress as one word: its serial number, its number of tasks and the next task to
   * hand out. A compare-and-set of the whole word proves that the claimed task belongs to a run
   * that is still open, so that the other fields can be reused without garbage.
   */
  private final AtomicLong ticket = new AtomicLong();

  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicIntegerArray parked;
  private final Worker[] workers;
  private final ReentrantLock oneRunAtATime = new ReentrantLock();
  private volatile Task current = NOTHING;
  private volatile @Nullable Thread waitingCaller;
  private volatile boolean closed;

  /** A pool with one thread for each physical core, the caller's included. */
  public WorkerPool() {
    this(physicalCores());
  }

  /**
   * A pool of {@code threads} threads, the caller's included.
   *
   * @throws IllegalArgumentException if {@code threads} is not positive
   */
  public WorkerPool(int threads) {
    if (threads <= 0) {
      throw new IllegalArgumentException("a worker pool needs at least one thread, not " + threads);
    }
    parked = new AtomicIntegerArray(threads);
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].start();
    }
  }

  /** How many tasks run at the same time: the workers and the caller. */
  public int threads() {
    return workers.length + 1;
  }

  /**
   * Runs tasks 0 to {@code tasks - 1} and returns when all are done.
   *
   * <p>If one throws, tasks that nobody has begun are left out and the first exception is rethrown.
   *
   * @throws IllegalArgumentException if {@code tasks} is negative or above {@link #TASKS_MAX}
   * @throws IllegalStateException if the pool is closed, or if the caller is itself inside a run
   */
  public void run(int tasks, Task task) {
    if (tasks < 0 || tasks > TASKS_MAX) {
      throw new IllegalArgumentException(
          tasks + " tasks: a run may have 0 to " + TASKS_MAX + " of them");
    }
    if (Thread.currentThread() instanceof Worker || oneRunAtATime.isHeldByCurrentThread()) {
      throw new IllegalStateException("a task must not start a run of its own");
    }
    oneRunAtATime.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the worker pool is closed");
      }
      if (tasks <= 1 || workers.length == 0) {
        for (int i = 0; i < tasks; i++) {
          task.run(i, 0);
        }
      } else {
        runShared(tasks, task);
      }
    } finally {
      oneRunAtATime.unlock();
    }
  }

  private void runShared(int tasks, Task task) {
    current = task;
    unfinished.set(tasks);
    long serial = (ticket.get() >>> (2 * INDEX_BITS)) + 1;
    ticket.set(serial << (2 * INDEX_BITS) | (long) tasks << INDEX_BITS);
    int wanted = Math.min(tasks - 1, workers.length);
    for (int i = 0; i < wanted; i++) {
      if (parked.get(i + 1) != 0) {
        LockSupport.unpark(workers[i]);
      }
    }
    work(0);
    awaitStragglers();
    current = NOTHING;
    Throwable thrown = failure.getAndSet(null);
    switch (thrown) {
      case null -> {}
      case RuntimeException exception -> throw exception;
      case Error error -> throw error;
      default -> throw new AssertionError("a task cannot throw a checked exception", thrown);
    }
  }

  /** Claims and does tasks until the open run has none left. */
  private void work(int worker) {
    for (long seen = ticket.get(); hasTask(seen); seen = ticket.get()) {
      if (ticket.compareAndSet(seen, seen + 1)) {
        perform((int) (seen & INDEX_MASK), worker);
      }
    }
  }

  private static boolean hasTask(long ticket) {
    return (ticket & INDEX_MASK) < (ticket >>> INDEX_BITS & INDEX_MASK);
  }

  private void perform(int task, int worker) {
    try {
      if (failure.get() == null) {
        current.run(task, worker);
      }
    } catch (Throwable thrown) {
      failure.compareAndSet(null, thrown);
    }
    if (unfinished.decrementAndGet() == 0) {
      Thread caller = waitingCaller;
      if (caller != null) {
        LockSupport.unpark(caller);
      }
    }
  }

  private void awaitStragglers() {
    long deadline = System.nanoTime() + SPIN_NANOS;
    while (unfinished.get() != 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    if (unfinished.get() == 0) {
      return;
    }
    boolean interrupted = false;
    waitingCaller = Thread.currentThread();
    while (unfinished.get() != 0) {
      LockSupport.park(this);
      // A pending interrupt would make park return at once, for ever.
      interrupted |= Thread.interrupted();
    }
    waitingCaller = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the workers. A run in progress is finished first. */
  @Override
  public void close() {
    oneRunAtATime.lock();
    try {
      closed = true;
    } finally {
      oneRunAtATime.unlock();
    }
    boolean interrupted = false;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Worker extends Thread {
    private final int index;

    Worker(int index) {
      super("bourse-worker-" + index);
      this.index = index;
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!closed) {
        work(index);
        awaitWork();
      }
    }

    private void awaitWork() {
      long deadline = System.nanoTime() + SPIN_NANOS;
      while (!hasTask(ticket.get()) && !closed) {
        if (System.nanoTime() < deadline) {
          Thread.onSpinWait();
          continue;
        }
        parked.set(index, 1);
        // Looked at again after the flag is up: a run opened in between has seen it or is seen.
        if (!hasTask(ticket.get()) && !closed) {
          LockSupport.park(WorkerPool.this);
        }
        parked.set(index, 0);
        deadline = System.nanoTime();
      }
    }
  }

  /** Physical cores this process may use: hardware threads that share a core count once. */
  static int physicalCores() {
    int usable = Runtime.getRuntime().availableProcessors();
    Set<String> cores = new HashSet<>();
    try (DirectoryStream<Path> cpus =
        Files.newDirectoryStream(Path.of("/sys/devices/system/cpu"), "cpu[0-9]*")) {
      for (Path cpu : cpus) {
        Path siblings = cpu.resolve("topology/thread_siblings_list");
        if (Files.isReadable(siblings)) {
          cores.add(Files.readString(siblings).strip());
        }
      }
    } catch (IOException noSysfs) {
      return usable;
    }
    return cores.isEmpty() ? usable : Math.min(usable, cores.size());
  }
}
