package dev.bourse.engine;

import dev.bourse.kv.Page;
import dev.bourse.kv.PageCache;
import dev.bourse.kv.PagePool;
import dev.bourse.kv.PageTable;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.Condition;

/**
 * Who gets free frames of the page pool, and who has to give some up for it.
 *
 * <p>Claims are served in the order of their processes' age, so the oldest process always gets on.
 * For a claim that cannot be served, first the frames of pages nobody holds are taken, then those
 * of suspended contexts, then further contexts are suspended: idle ones, and busy ones of younger
 * processes. So nothing fails that could wait.
 *
 * <p>Every method is called with the engine's lock held once; {@link #acquire} gives it up while it
 * waits, and while pages are written out.
 */
final class Frames {
  /** What somebody wants frames for. */
  interface Claim {
    /** Keeps in memory what is there already, before others are asked to leave. */
    default void pin() {}

    /**
     * Frames it takes, once it is pinned.
     *
     * @throws EngineException if there can never be so many
     */
    int wanted();

    /** Frames it would rather take as well, but can do without. */
    default int spare() {
      return 0;
    }

    /** Frames its context has then at least, all together. */
    int inAll();

    /** Takes them. */
    void take();

    /** It will take longer: gives up what memory it has, so that those who wait never hold any. */
    default void unpin() {}
  }

  /** How long a context must have been idle before it is suspended for a younger process. */
  private static final long IDLE_NANOS = 3_000_000;

  private record Waiter(Context context, long process, long number, Condition turn) {}

  private final Engine engine;
  private final PageCache cache;
  private final PagePool pool;
  private final Spiller spiller;
  private final PriorityQueue<Waiter> waiters =
      new PriorityQueue<>(
          Comparator.comparingLong(Waiter::process).thenComparingLong(Waiter::number));
  private long claims;

  Frames(Engine engine, PageCache cache, Spiller spiller) {
    this.engine = engine;
    this.cache = cache;
    this.pool = cache.pool();
    this.spiller = spiller;
  }

  /** Serves a claim at once if nobody has to leave for it; else says false. */
  boolean tryAcquire(Claim claim) {
    if (!waiters.isEmpty()) {
      return false;
    }
    claim.pin();
    if (serve(claim, true)) {
      return true;
    }
    claim.unpin();
    return false;
  }

  /**
   * Serves a claim, however long that takes.
   *
   * @throws EngineException if the context is closed meanwhile, or if the frames can never be had
   */
  void acquire(Context context, Claim claim) throws InterruptedException {
    if (tryAcquire(claim)) {
      return;
    }
    Waiter waiter =
        new Waiter(context, context.process().number(), ++claims, engine.lock.newCondition());
    waiters.add(waiter);
    claim.unpin();
    try {
      while (!(waiter.equals(waiters.peek()) && serveMakingRoom(waiter, claim))) {
        if (waiter.equals(waiters.peek())) {
          requirePossible(context.table(), claim);
          waiter.turn.awaitNanos(IDLE_NANOS);
        } else {
          waiter.turn.await(); // Whoever leaves wakes the next.
        }
        context.requireLive();
      }
    } finally {
      waiters.remove(waiter);
      released();
      engine.landed.signalAll(); // Whoever closes the engine waits for those who write pages out.
    }
  }

  private boolean serveMakingRoom(Waiter waiter, Claim claim) {
    boolean served = false;
    claim.pin();
    try {
      served = serve(claim, true);
      while (!served && makeRoom(waiter)) {
        waiter.context.requireLive();
        served = serve(claim, true);
      }
      served = served || serve(claim, false);
    } finally {
      if (!served) {
        claim.unpin();
      }
    }
    return served;
  }

  private boolean serve(Claim claim, boolean withSpare) {
    int wanted = claim.wanted() + (withSpare ? claim.spare() : 0);
    int missing = wanted - pool.freeCount();
    if (missing > 0) {
      if (!cache.canReclaim(missing)) {
        return false;
      }
      cache.reclaim(missing);
    }
    claim.take();
    return true;
  }

  /** Makes some memory free, or able to become so; false if nobody can leave for now. */
  private boolean makeRoom(Waiter waiter) {
    if (spiller.writeOut(cache)) {
      return true;
    }
    Context victim = null;
    for (Context context : engine.contexts()) {
      if (context != waiter.context
          && mayBeSuspended(context, waiter)
          && (victim == null || isBetterVictim(context, victim))) {
        victim = context;
      }
    }
    if (victim == null) {
      return false;
    }
    victim.suspendForOthers();
    return true;
  }

  private boolean mayBeSuspended(Context context, Waiter waiter) {
    if (!context.holdsMemory() || context.isBusy()) {
      return false;
    }
    boolean younger = context.process().number() > waiter.process;
    if (!context.queue().isEmpty()) {
      return younger;
    }
    return younger
        || context.process() == waiter.context.process()
        || System.nanoTime() - context.lastUsedNanos() > IDLE_NANOS
        || isWaiting(context.process());
  }

  /** Idle contexts before busy ones, then the one that was used longest ago. */
  private static boolean isBetterVictim(Context context, Context than) {
    boolean idle = context.queue().isEmpty();
    if (idle != than.queue().isEmpty()) {
      return idle;
    }
    if (!idle && context.process() != than.process()) {
      return context.process().number() > than.process().number();
    }
    return context.lastUsedNanos() - than.lastUsedNanos() < 0;
  }

  private boolean isWaiting(EngineProcess process) {
    return waiters.stream().anyMatch(waiter -> waiter.process == process.number());
  }

  /**
   * Refuses a claim that would wait for ever; called while the claim is not pinned.
   *
   * <p>Once everybody who may leave has left, only two kinds of pages have frames: those of the
   * context itself, which {@link Claim#inAll} counts, and stuck ones. So what is not refused here
   * is served when the others have left, and they do: contexts that compute or load land, and
   * whoever waits for frames holds none that it would not give up.
   */
  private void requirePossible(PageTable table, Claim claim) {
    Page source = table.keptSource();
    int left = pool.pageCount() - stuckBeside(table);
    if (claim.inAll() <= left || (source != null && spiller.writeOut(cache, source))) {
      return;
    }
    String wanted = "out of KV pages: the context would take " + claim.inAll();
    if (claim.inAll() > pool.pageCount()) {
      throw new EngineException(
          wanted
              + ", the whole KV cache has "
              + pool.pageCount()
              + ": raise its size, or use fewer tokens in one context");
    }
    throw new EngineException(
        wanted
            + " of "
            + pool.pageCount()
            + ", and "
            + (pool.pageCount() - left)
            + " can leave memory no more: pages before them were dropped, so they cannot be"
            + " computed again, and the spill file is full or cannot be written; raise the size of"
            + " the KV cache or of the spill file");
  }

  /** Pages that cannot leave memory and that {@code table} does not need. */
  private int stuckBeside(PageTable table) {
    Set<Page> stuck = new HashSet<>(spiller.stuckPages(cache));
    List<Page> own = table.sealedPages();
    for (int i = 0; i < own.size(); i++) {
      if (!table.isDropped(i, 1)) {
        stuck.remove(own.get(i));
      }
    }
    return stuck.size();
  }

  /** How many wait. */
  int waiting() {
    return waiters.size();
  }

  /** Frames were released, or a context closed. */
  void released() {
    Waiter first = waiters.peek();
    if (first != null) {
      first.turn.signal();
    }
  }

  /** Wakes everybody, to see that their context is closed. */
  void wakeAll() {
    waiters.forEach(waiter -> waiter.turn.signal());
  }
}
