package dev.bourse.host.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Time sharing among guests, and the clock of their limits.
 *
 * <p>A virtual thread keeps its carrier until it blocks, so on two cores two guests in an endless
 * loop would stop every other virtual thread of the host. Three ways out were weighed:
 *
 * <ul>
 *   <li><i>More carriers</i> (the scheduler's parallelism): loops then compete as operating-system
 *       threads with each other and with the engine's thread, whose share falls with every loop.
 *   <li><i>A platform thread per guest</i>: the same competition, and a thousand stacks.
 *   <li><i>Yielding at checkpoints</i>, which this is: the runtime's compiled code looks for
 *       interrupts at every backward branch anyway; there it also gives way once per tick. Guests
 *       never use more cores than there are carriers, and take turns on those.
 * </ul>
 *
 * <p>Every tick raises {@link Checkpoint}'s flag for a moment. A guest that sees it was computing:
 * the tick is charged to it, its CPU limit is checked, and its thread goes to the end of the queue.
 * A guest whose host call has a core at a tick is charged for it as well, and gives way when the
 * call returns; one that waits in a host call pays nothing.
 */
final class Preemption {
  private Preemption() {}

  /** How often guests are sampled and made to yield. */
  static final long TICK_MILLIS = 10;

  private static final long WINDOW_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

  /** The process that the current thread runs. */
  static final ScopedValue<InferletProcess> CURRENT = ScopedValue.newInstance();

  private static final Set<InferletProcess> RUNNING = ConcurrentHashMap.newKeySet();
  private static final Thread TICKER =
      Thread.ofPlatform().daemon().name("bourse-guest-ticker").unstarted(Preemption::tickForever);

  private static final AtomicLong TICK = new AtomicLong();

  static {
    TICKER.start();
  }

  static void enter(InferletProcess process) {
    RUNNING.add(process);
    LockSupport.unpark(TICKER);
  }

  static void leave(InferletProcess process) {
    RUNNING.remove(process);
  }

  /** The current thread's guest noticed a tick at a checkpoint. */
  static void sliceOver() {
    if (CURRENT.isBound() && CURRENT.get().sliceOver(TICK.get(), TICK_MILLIS)) {
      giveWay();
    }
  }

  /** Puts the current thread behind all that wait for a carrier. */
  static void giveWay() {
    // Not Thread.yield: that queues the thread behind its carrier's other threads only, and threads
    // that come from elsewhere (a new guest, one whose forward pass is done) would wait for ever.
    // A timer's wake-up goes through the queue that all share.
    LockSupport.parkNanos(1);
  }

  private static void tickForever() {
    while (true) {
      if (RUNNING.isEmpty()) {
        LockSupport.park();
        continue;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS) - WINDOW_NANOS);
      long now = System.nanoTime();
      long tick = TICK.incrementAndGet();
      for (InferletProcess process : RUNNING) {
        process.tick(tick, TICK_MILLIS, now);
      }
      Checkpoint.request(true);
      LockSupport.parkNanos(WINDOW_NANOS);
      Checkpoint.request(false);
    }
  }
}
