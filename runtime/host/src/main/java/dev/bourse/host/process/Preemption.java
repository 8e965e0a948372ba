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
 * <p>Giving way is not enough where many compute: whoever draws tokens needs a core for a moment
 * after each, and would wait for all of them every time. {@link Turns} keep a core free for those.
 *
 * <p>At every tick the ticker looks who has a core, in the guest or in a host call, and charges it;
 * then it raises {@link Checkpoint}'s flag until all guests that were found have noticed. Whoever
 * was found gives way at the next checkpoint, or when its host call returns.
 */
final class Preemption {
  private Preemption() {}

  /** How often guests are sampled and made to yield. */
  static final long TICK_MILLIS = 10;

  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);

  /** How long a guest takes to its next checkpoint, mostly. */
  private static final long NOTICE_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

  /** The process that the current thread runs. */
  static final ScopedValue<InferletProcess> CURRENT = ScopedValue.newInstance();

  private static final Set<InferletProcess> RUNNING = ConcurrentHashMap.newKeySet();
  private static final Thread TICKER =
      Thread.ofPlatform().daemon().name("bourse-guest-ticker").unstarted(Preemption::tickForever);

  private static final AtomicLong TICK = new AtomicLong();

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /** Of those that compute for moments and were found at it. */
  private static final Turns SHORT_TURNS = new Turns(CORES, TICK_NANOS, 2 * CORES);

  /** Of those that compute for long. */
  private static final Turns LONG_TURNS = new Turns(CORES, TICK_NANOS, 0);

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

  /**
   * The current thread's guest is at a checkpoint while some are to notice that they were found.
   */
  static void sliceOver() {
    if (CURRENT.isBound()) {
      InferletProcess process = CURRENT.get();
      giveWay(process);
      process.checkRunning();
    }
  }

  /** Has the current thread wait for its turn if it was found computing. */
  static void giveWay(InferletProcess process) {
    CpuTime cpuTime = process.cpuTime();
    if (!cpuTime.wasFound()) {
      return;
    }
    long ticks = cpuTime.notice(TICK.get());
    long now = System.nanoTime();
    long turn =
        cpuTime.computesForLong()
            ? LONG_TURNS.next(now, ticks, process.othersCompute(now))
            : SHORT_TURNS.next(now, ticks, false);
    do { // what it waits for elsewhere may wake it early; whoever is interrupted is to be stopped
      // Also without a turn to wait for, and not Thread.yield: that queues the thread behind its
      // carrier's other threads only, and threads that come from elsewhere (a new guest, one whose
      // forward pass is done) would wait for ever. A timer's wake-up goes through the queue that
      // all share.
      LockSupport.parkNanos(Math.max(1, turn - System.nanoTime()));
    } while (turn - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted());
    cpuTime.resumed(TICK.get());
  }

  private static void tickForever() {
    while (true) {
      if (RUNNING.isEmpty()) {
        LockSupport.park();
        continue;
      }
      long now = System.nanoTime();
      TICK.incrementAndGet();
      for (InferletProcess process : RUNNING) {
        process.tick(TICK_MILLIS, now);
      }
      while (anyOwesNotice() && System.nanoTime() - now < TICK_NANOS) {
        Checkpoint.request(true);
        LockSupport.parkNanos(NOTICE_NANOS);
      }
      Checkpoint.request(false);
      LockSupport.parkNanos(Math.max(1, now + TICK_NANOS - System.nanoTime()));
    }
  }

  private static boolean anyOwesNotice() {
    for (InferletProcess process : RUNNING) {
      if (process.cpuTime().owesNotice()) {
        return true;
      }
    }
    return false;
  }
}
