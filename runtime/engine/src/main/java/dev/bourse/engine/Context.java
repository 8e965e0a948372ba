package dev.bourse.engine;

import dev.bourse.kv.PageTable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * A mutable inference timeline: tokens and their keys and values in pages, forward passes that
 * append to them, forks that share them.
 *
 * <p>Safe to use from any thread. Passes of one context run in the order submitted; an operation
 * that changes or copies its pages waits for those before it.
 */
public final class Context {
  /** Passes of one context that may wait at once. */
  public static final int PASSES_MAX = 64;

  private final Engine engine;
  private final EngineProcess process;
  private final long id;
  private final PageTable table;
  private final long seed;
  private final Deque<PendingForward> queue = new ArrayDeque<>();
  private boolean inFlight;
  private boolean destroyed;
  private int forks;
  private double bid;
  private int lastSampled;
  private boolean sampled;

  Context(Engine engine, EngineProcess process, long id, PageTable table, long seed) {
    this.engine = engine;
    this.process = process;
    this.id = id;
    this.table = table;
    this.seed = seed;
  }

  public long id() {
    return id;
  }

  /** Slots a page. */
  public int tokensPerPage() {
    return table.pageTokens();
  }

  /** Immutable, shareable pages. */
  public int committedPages() {
    return engine.locked(() -> live().table.committedPages());
  }

  /** Pages of its own that still change. */
  public int workingPages() {
    return engine.locked(() -> live().table.workingPages());
  }

  /** Tokens in the working pages. */
  public int workingTokens() {
    return engine.locked(() -> live().table.workingTokens());
  }

  /** Tokens in all pages. */
  public int length() {
    return engine.locked(() -> live().table.length());
  }

  /**
   * Adds {@code count} working pages, waiting while other contexts hold them.
   *
   * @throws EngineException if the pool can never give so many, or if every holder waits as well
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public void reserveWorkingPages(int count) throws InterruptedException {
    requireNotNegative("reserve", count);
    engine.lock.lockInterruptibly();
    try {
      awaitIdle();
      engine.pages.acquire(process, count);
      live().table.reserve(count);
      process.notePages();
    } finally {
      engine.lock.unlock();
    }
  }

  /** Gives back the last {@code count} working pages, with the tokens in them. */
  public void releaseWorkingPages(int count) throws InterruptedException {
    requireNotNegative("release", count);
    changing(
        () -> {
          requireAtMost("release", count, table.workingPages(), "working pages");
          table.releaseWorking(count);
          engine.pages.released();
        });
  }

  /**
   * Makes the first {@code count} working pages immutable.
   *
   * @throws EngineException if they are not full, or their positions not after the committed ones
   */
  public void commitWorkingPages(int count) throws InterruptedException {
    requireNotNegative("commit", count);
    changing(
        () -> {
          requireAtMost("commit", count, table.workingPages(), "working pages");
          try {
            table.commit(count);
          } catch (IllegalStateException e) {
            throw new EngineException(e.getMessage() + "", e);
          }
        });
  }

  /** Removes the last {@code count} tokens of the working pages; the pages stay reserved. */
  public void truncateWorkingTokens(int count) throws InterruptedException {
    requireNotNegative("truncate", count);
    changing(
        () -> {
          requireAtMost("truncate", count, table.workingTokens(), "working tokens");
          table.truncate(count);
        });
  }

  /**
   * A context with the same contents: committed pages are shared, working ones copied. Waits for
   * free pages to copy to.
   */
  public Context fork() throws InterruptedException {
    engine.lock.lockInterruptibly();
    try {
      int cost;
      do {
        awaitIdle();
        process.requireRoomForContext();
        cost = table.forkCost();
        engine.pages.acquire(process, cost);
        // Waiting gives up the lock, and another thread may have used the context meanwhile.
      } while (!live().isIdle() || table.forkCost() != cost);
      process.requireRoomForContext();
      Context fork = process.adopt(table.fork(), SplitMix.mix(seed, ++forks));
      fork.lastSampled = lastSampled;
      fork.sampled = sampled;
      return fork;
    } finally {
      engine.lock.unlock();
    }
  }

  /** Credits bid for each page and step; negative and NaN count as 0. FCFS does not look at it. */
  public void bid(double credits) {
    engine.locked(() -> live().bid = credits > 0 ? credits : 0);
  }

  public double bid() {
    return engine.locked(() -> live().bid);
  }

  /** Fails every pass and frees the pages: at once, or after the step that computes on them. */
  public void destroy() {
    engine.locked(
        () -> {
          process.forget(this);
          discard("the context was destroyed");
          return null;
        });
  }

  /**
   * Appends tokens and reads outputs.
   *
   * @return completes with the outputs, or with an {@link EngineException}, on the step loop's
   *     thread: what hangs on it must not wait for anything
   * @throws EngineException at once, if the request is not valid: no tokens, a token outside the
   *     vocabulary, a position outside the model's context, too few reserved pages, a row or mask
   *     that does not fit
   */
  public CompletableFuture<ForwardResult> forward(ForwardRequest request) {
    return engine.locked(
        () -> {
          live();
          if (queue.size() >= PASSES_MAX) {
            throw new EngineException(
                "the context has "
                    + queue.size()
                    + " passes that wait, its limit: take their results first");
          }
          int queued = queue.stream().mapToInt(PendingForward::remaining).sum();
          RequestChecks.check(request, engine.model().config(), table, queued);
          PendingForward pending =
              new PendingForward(
                  request, engine.nextArrival(), engine.model().config().vocabularySize());
          queue.add(pending);
          engine.loop.ready(this);
          return pending.future;
        });
  }

  // What follows is for the engine, with its lock held.

  EngineProcess process() {
    return process;
  }

  PageTable table() {
    return table;
  }

  Deque<PendingForward> queue() {
    return queue;
  }

  long seed() {
    return seed;
  }

  boolean inFlight() {
    return inFlight;
  }

  void takeOff() {
    inFlight = true;
  }

  /**
   * Ends this context's part in a batch; a context that was destroyed meanwhile frees its pages.
   */
  void land() {
    inFlight = false;
    if (destroyed) {
      table.release();
      engine.pages.released();
    }
  }

  /** Whether {@code token} is what was sampled last, fed back: a decode and not a prompt. */
  boolean isDecode(int token) {
    return sampled && lastSampled == token;
  }

  void drew(int token) {
    lastSampled = token;
    sampled = true;
    process.sampled();
  }

  /** Fails the first pass, and with it those behind it, which counted on its tokens. */
  void fail(EngineException failure) {
    queue.forEach(pending -> pending.future.completeExceptionally(failure));
    queue.clear();
  }

  void discard(String reason) {
    destroyed = true;
    fail(new EngineException(reason));
    engine.loop.notReady(this);
    if (!inFlight) {
      table.release();
      engine.pages.released();
    }
    engine.landed.signalAll();
  }

  private void changing(Runnable change) throws InterruptedException {
    engine.lock.lockInterruptibly();
    try {
      awaitIdle();
      change.run();
    } finally {
      engine.lock.unlock();
    }
  }

  private void awaitIdle() throws InterruptedException {
    while (!live().isIdle()) {
      engine.landed.await();
    }
  }

  private boolean isIdle() {
    return queue.isEmpty() && !inFlight;
  }

  private Context live() {
    if (destroyed) {
      throw new EngineException("the context was destroyed");
    }
    return this;
  }

  private static void requireNotNegative(String verb, int count) {
    if (count < 0) {
      throw new EngineException("cannot " + verb + " " + count + ": the number is negative");
    }
  }

  private static void requireAtMost(String verb, int count, int limit, String what) {
    if (count > limit) {
      throw new EngineException(
          "cannot " + verb + " " + count + ": the context has " + limit + " " + what);
    }
  }
}
