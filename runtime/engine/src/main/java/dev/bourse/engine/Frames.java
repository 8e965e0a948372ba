package dev.bourse.engine;

import dev.bourse.kv.Page;
import dev.bourse.kv.PageCache;
import dev.bourse.kv.PagePool;
import dev.bourse.kv.PageTable;
import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.Residency;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.function.ToLongFunction;

/**
 * Who gets free frames of the page pool, and who has to give some up for it.
 *
 * <p>Which claim is served next is for the policy to say ({@link Residency}). For a claim that
 * cannot be served, first the frames of pages nobody holds are taken, then those of suspended
 * contexts, then further contexts are suspended, whom the policy chooses of those that can leave
 * now. So nothing fails that could wait.
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

  /**
   * How long a context has nothing to do before it counts as idle: its program may be about to
   * submit the next pass.
   */
  private static final long IDLE_NANOS = 3_000_000;

  private record Waiter(
      Context context, Claim claim, long since, long sinceNanos, Condition turn) {}

  private final Engine engine;
  private final PageCache cache;
  private final PagePool pool;
  private final Spiller spiller;
  private final Exchange exchange;

  /** Oldest first. */
  private final List<Waiter> waiters = new ArrayList<>();

  private final PageBids waiting = new PageBids();
  private final PageBids holding = new PageBids();
  private final List<Context> holders = new ArrayList<>();
  private long evictions;
  private long longestWait;

  Frames(Engine engine, PageCache cache, Spiller spiller) {
    this.engine = engine;
    this.cache = cache;
    this.pool = cache.pool();
    this.spiller = spiller;
    this.exchange = engine.exchange;
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
    observe(); // Until now it did not wait, and nobody pays for that.
    Waiter waiter =
        new Waiter(context, claim, exchange.now(), System.nanoTime(), engine.lock.newCondition());
    waiters.add(waiter);
    boolean isTrader = context.queue().isEmpty();
    Account payer = context.process().payer();
    payer.addTraders(isTrader ? 1 : 0);
    claim.unpin();
    try {
      Waiter next = next();
      while (!(next.equals(waiter) && serveMakingRoom(waiter))) {
        if (next.equals(waiter)) {
          requirePossible(context.table(), claim);
          waiter.turn.awaitNanos(IDLE_NANOS);
        } else {
          next.turn.signal();
          waiter.turn.await(); // Whoever is next, or leaves, wakes the next.
        }
        context.requireLive();
        next = next();
      }
    } finally {
      waiters.remove(waiter);
      longestWait = Math.max(longestWait, exchange.now() - waiter.since);
      payer.addTraders(isTrader ? -1 : 0);
      released();
      engine.landed.signalAll(); // Whoever closes the engine waits for those who write pages out.
    }
  }

  /** Whose turn it is: as long as somebody waits, this one looks again and again. */
  private Waiter next() {
    observe();
    return waiters.get(exchange.residency().next(waiting));
  }

  private void listWaiting() {
    long now = exchange.now();
    waiting.clear();
    for (Waiter waiter : waiters) {
      waiting.add(
          waiter.context.id(),
          waiter.context.process().payer().number(),
          waiter.context.process().number(),
          exchange.pageBid(waiter.context),
          waiter.context.table().footprint(),
          now - waiter.since,
          false);
    }
  }

  private boolean serveMakingRoom(Waiter waiter) {
    Claim claim = waiter.claim;
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
    listHolders(waiter);
    listWaiting(); // Anew, as the lock was given up perhaps.
    int victim = exchange.residency().victim(waiting, waiters.indexOf(waiter), holding);
    if (victim == Residency.NONE) {
      return false;
    }
    holders.get(victim).suspendForOthers();
    evictions++;
    return true;
  }

  /** Lists contexts that could leave for a claim now. */
  private void listHolders(Waiter waiter) {
    long now = exchange.now();
    holding.clear();
    holders.clear();
    engine.forEachContext(
        context -> {
          if (context != waiter.context && context.holdsMemory() && !context.isBusy()) {
            list(context, isIdle(context, waiter), now);
          }
        });
  }

  private void list(Context context, boolean idle, long now) {
    holders.add(context);
    holding.add(
        context.id(),
        context.process().payer().number(),
        context.process().number(),
        exchange.pageBid(context),
        context.table().footprint(),
        now - (idle ? context.lastUsedTick() : context.leasedTick()),
        idle);
  }

  /** Who waits for memory needs what else it holds no more than anybody who has paused. */
  private boolean isIdle(Context context, Waiter waiter) {
    return context.queue().isEmpty()
        && (context.process() == waiter.context.process()
            || System.nanoTime() - context.lastUsedNanos() > IDLE_NANOS
            || isWaiting(context.process()));
  }

  boolean isWaiting(Context context) {
    return waiters.stream().anyMatch(waiter -> waiter.context == context);
  }

  /** Ticks since a context made the oldest of its claims; 0 if it makes none. */
  long waitedTicks(Context context) {
    return longest(context, exchange.now(), Waiter::since);
  }

  /** Nanoseconds since a context made the oldest of its claims; 0 if it makes none. */
  long waitedNanos(Context context) {
    return longest(context, System.nanoTime(), Waiter::sinceNanos);
  }

  private long longest(Context context, long now, ToLongFunction<Waiter> since) {
    return waiters.stream()
        .filter(waiter -> waiter.context == context)
        .mapToLong(waiter -> now - since.applyAsLong(waiter))
        .max()
        .orElse(0);
  }

  private boolean isWaiting(EngineProcess process) {
    return waiters.stream().anyMatch(waiter -> waiter.context.process() == process);
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

  /** Lets time pass for those who wait, and for those who have what they wait for. */
  void observe() {
    listWaiting();
    exchange.observe(waiting);
  }

  /** Contexts that had to leave memory for others. */
  long evictions() {
    return evictions;
  }

  /** Ticks that the claim waited that waited longest of those that are over. */
  long longestWait() {
    return longestWait;
  }

  /** How many wait. */
  int waiting() {
    return waiters.size();
  }

  /** Frames were released, or a context closed. */
  void released() {
    if (!waiters.isEmpty()) {
      next().turn.signal();
    }
  }

  /** Wakes everybody, to see that their context is closed. */
  void wakeAll() {
    waiters.forEach(waiter -> waiter.turn.signal());
  }
}
