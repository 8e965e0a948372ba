package dev.bourse.engine;

import dev.bourse.kv.PageContent;
import dev.bourse.kv.PageKey;
import dev.bourse.kv.PageTable;
import dev.bourse.model.LoraAdapter;
import dev.bourse.scheduler.market.Rent;
import dev.bourse.scheduler.market.TurnLengths;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

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

  /** Tokens a turn may decode: then a new one begins, lest who never ends stays the oldest. */
  private static final int TURN_PASSES_MAX = 1024;

  private final Engine engine;
  private final EngineProcess process;
  private final long id;
  private final PageTable table;
  private final long seed;
  private final Deque<PendingForward> queue = new ArrayDeque<>();
  private AttentionWindow window = AttentionWindow.ALL;
  private @Nullable Recomputation recomputation;
  private boolean inFlight;
  private boolean restoring;
  private @Nullable String ended;
  private long lastUsedNanos = System.nanoTime();
  private long lastUsedTick;
  private long leasedTick;
  private long turn;
  private int passesOfTurn;
  private final TurnCounter counter = new TurnCounter();
  private final ContextAdapters adapters;
  private long waitsSinceStep;
  private long servedStep;
  private long demandedStep;
  private int restoredTokens;
  private int recomputedTokens;
  private int forks;
  private long parent;
  private Bid bid;
  private int horizon;
  private long rentMicros;
  private double effectivePages;
  private int evictions;
  private int lastSampled;
  private boolean sampled;

  Context(Engine engine, EngineProcess process, long id, PageTable table, long seed) {
    this.engine = engine;
    this.process = process;
    this.id = id;
    this.table = table;
    this.seed = seed;
    this.bid = process.firstBid();
    this.lastUsedTick = engine.exchange.now();
    this.leasedTick = lastUsedTick;
    this.adapters = new ContextAdapters(engine.adapterHolds, process.user());
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
   * The ids of {@code count} tokens.
   *
   * @param from the first slot
   * @throws EngineException if the context has fewer
   */
  public int[] tokens(int from, int count) throws InterruptedException {
    return rows(from, count, PageContent::token);
  }

  /**
   * The positions of {@code count} tokens.
   *
   * @param from the first slot
   * @throws EngineException if the context has fewer
   */
  public int[] positions(int from, int count) throws InterruptedException {
    return rows(from, count, PageContent::position);
  }

  private interface RowField {
    int of(PageContent content, int row);
  }

  private int[] rows(int from, int count, RowField field) throws InterruptedException {
    requireNotNegative("tell", count);
    AtomicReference<int[]> told = new AtomicReference<>(new int[0]);
    changing(
        () -> {
          if (from < 0 || from > table.length() - count) {
            throw new EngineException(
                "cannot tell "
                    + count
                    + " tokens from slot "
                    + from
                    + " on: the context has "
                    + table.length());
          }
          // Not before: whoever asks for too many must not have memory taken for them.
          int[] values = new int[count];
          PageContent content = table.content();
          for (int i = 0; i < count; i++) {
            values[i] = field.of(content, from + i);
          }
          told.set(values);
        });
    return told.get();
  }

  /**
   * Adds {@code count} working pages, waiting while others need the memory.
   *
   * @throws EngineException if the pool can never hold so many
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public void reserveWorkingPages(int count) throws InterruptedException {
    requireNotNegative("reserve", count);
    engine.lock.lockInterruptibly();
    try {
      awaitIdle();
      requireFits(count);
      engine.frames.acquire(
          this,
          new Frames.Claim() {
            @Override
            public int wanted() {
              // Others may have reserved since it began to wait, or the context was suspended.
              requireFits(count);
              return table.isPinned() ? count : 0;
            }

            @Override
            public int inAll() {
              return table.footprint() + count;
            }

            @Override
            public void take() {
              table.reserve(count);
            }
          });
      used();
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
          requireAtMost("release", count, table.releasablePages(), "pages after dropped ones");
          table.releaseWorking(count);
          engine.frames.released();
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
          requireAtMost("truncate", count, table.removableTokens(), "tokens after dropped pages");
          table.truncate(count);
        });
  }

  /**
   * A context with the same contents, that shares every page with this one; a partly filled page is
   * copied by whoever goes on first. Takes the same time whatever the length.
   */
  public Context fork() throws InterruptedException {
    engine.lock.lockInterruptibly();
    try {
      awaitIdle();
      process.requireRoomForContext();
      Context fork = process.adopt(table.fork(), SplitMix.mix(seed, ++forks));
      fork.parent = id;
      fork.adapters.holdAll(adapters);
      fork.see(window);
      fork.lastSampled = lastSampled;
      fork.sampled = sampled;
      return fork;
    } finally {
      engine.lock.unlock();
    }
  }

  /**
   * Gives the memory up; the next pass gets it back. Nothing is lost: what is not on disk yet will
   * be written there, or computed again, when somebody else needs the memory.
   */
  public void suspend() throws InterruptedException {
    changing(
        () -> {
          table.suspend();
          engine.frames.released();
        });
  }

  /** Whether it has given its memory up, or lost it to others. */
  public boolean isSuspended() {
    return engine.locked(() -> !live().table.isPinned());
  }

  /**
   * From the next token on, a token sees the first {@code sinkTokens} tokens of the context and the
   * last {@code windowTokens} up to itself. Full pages that no later token can see are dropped.
   *
   * @throws EngineException if the window is empty or a number negative
   */
  public void window(int sinkTokens, int windowTokens) throws InterruptedException {
    AttentionWindow wanted = new AttentionWindow(sinkTokens, windowTokens);
    changing(
        () -> {
          window = wanted;
          dropUnseen(table.length());
        });
  }

  /**
   * Drops full pages that no later token needs to see: their tokens keep their places, and no
   * longer need memory.
   *
   * @throws EngineException if there are no such pages, or they are not full
   */
  public void dropPages(int first, int count) throws InterruptedException {
    requireNotNegative("drop page", first);
    engine.lock.lockInterruptibly();
    try {
      awaitIdle();
      // What comes after cannot be computed again, so it must be in memory now.
      engine.restorer.restore(this);
      table.drop(first, count);
      engine.frames.released();
    } catch (IllegalStateException e) {
      throw new EngineException(e.getMessage() + "", e);
    } finally {
      engine.lock.unlock();
    }
  }

  /** As {@link #save(String, SaveOptions)}, for ever, under a name that is free. */
  public void save(String name) throws InterruptedException {
    save(name, SaveOptions.DEFAULT);
  }

  /**
   * Saves the context under a name of this process's user. When it returns, the snapshot is on
   * disk: it survives the engine and the machine, and opens to the same logits.
   *
   * @throws EngineException if the name is not valid or taken, the quota is used up, the disk
   *     fails, or the engine has no store
   */
  public void save(String name, SaveOptions options) throws InterruptedException {
    engine.snapshots().save(this, name, options);
  }

  /**
   * Saves the context under a new, generated name.
   *
   * @return the name
   */
  public String snapshot() throws InterruptedException {
    return engine.snapshots().snapshot(this);
  }

  /**
   * Bids for memory and, in proportion to the pages it uses, for token slots. Until the first bid,
   * and after {@link #bidAutomatically}, the engine bids for it.
   *
   * @param perPage credits for each page and step; negative and NaN count as 0
   */
  public void bid(double perPage) {
    offer(new Bid.PerPage(Credits.bid(perPage)));
  }

  /**
   * Bids for token slots and for memory.
   *
   * @param perToken credits for each token computed; negative and NaN count as 0
   * @param perPage credits for each page and step; negative and NaN count as 0
   */
  public void bid(double perToken, double perPage) {
    offer(new Bid.Both(Credits.bid(perToken), Credits.bid(perPage)));
  }

  /** Has the engine bid what the account can keep up until the work is done. */
  public void bidAutomatically() {
    offer(Bid.AUTO);
  }

  /**
   * Who offers less for memory than before gives up its lease with that: else one would bid much to
   * get pages, and nothing to keep them.
   */
  private void offer(Bid wanted) {
    engine.locked(
        () -> {
          long before = engine.exchange.pageBid(live());
          bid = wanted;
          if (engine.exchange.pageBid(this) < before) {
            leasedTick = 0;
          }
          return null;
        });
  }

  /**
   * Says how many steps the context will still want, for the engine's bids.
   *
   * @param steps at least 1; or 0 for what turns of this account took so far
   */
  public void horizon(int steps) {
    requireNotNegative("expect steps", steps);
    engine.locked(
        () -> {
          live().expect(steps);
          return null;
        });
  }

  /** Credits it offers for a token slot, and for a page and step, at this moment. */
  public Bids bids() {
    return engine.locked(
        () -> {
          live();
          return new Bids(
              Credits.of(engine.exchange.slotBid(this, 1)),
              Credits.of(engine.exchange.pageBid(this)));
        });
  }

  /**
   * What a context offers.
   *
   * @param perToken credits for a token slot
   * @param perPage credits for a page and step
   */
  public record Bids(double perToken, double perPage) {}

  /** Credits it pays for its pages in a step at this moment. */
  public double rent() {
    return engine.locked(() -> Credits.of(engine.exchange.rent(live())));
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
          // The rows in flight are counted already: they are in the table.
          int queued =
              queue.stream().mapToInt(PendingForward::remaining).sum() - table.pendingTokens();
          RequestChecks.check(request, engine.model().config(), table, queued);
          LoraAdapter adapter = request.adapter();
          if (adapter != null) {
            adapters.hold(adapter);
          }
          PendingForward pending =
              new PendingForward(
                  request, engine.nextArrival(), engine.model().config().vocabularySize());
          process.spendTokens(request.size());
          beginTurn(pending);
          if (queue.isEmpty()) {
            process.payer().addTraders(1);
          }
          queue.add(pending);
          used();
          makeReady();
          return pending.future;
        });
  }

  // What follows is for the engine, with its lock held.

  Engine engine() {
    return engine;
  }

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

  Bid bid() {
    return bid;
  }

  ContextAdapters adapters() {
    return adapters;
  }

  void expect(int steps) {
    horizon = Math.min(steps, TurnLengths.STEPS_MAX);
  }

  /** Steps it will still want, if somebody said so; else 0. */
  int horizon() {
    return horizon;
  }

  /** What it pays for its pages is counted anew. */
  void beginRent() {
    effectivePages = 0;
  }

  /**
   * Micro-credits were paid for pages of it.
   *
   * @param effective its share of them, in parts of a page
   */
  void paidRent(long micros, long effective) {
    rentMicros += micros;
    effectivePages += Math.scalb((double) effective, -Rent.FRACTION_BITS);
    process.paid(micros);
  }

  MarketView.ContextView view() {
    return new MarketView.ContextView(
        id,
        parent,
        process.name(),
        process.user(),
        state(),
        table.length(),
        table.pageCount(),
        effectivePages(),
        Credits.of(engine.exchange.slotBid(this, 1)),
        Credits.of(engine.exchange.pageBid(this)),
        waitedTicks(),
        waitedNanos() / 1e3,
        servedStep,
        evictions);
  }

  private int waitedTicks() {
    int forSlots = queue.isEmpty() ? 0 : waitedSteps(engine.exchange.steps());
    return (int) Math.max(forSlots, Math.min(engine.frames.waitedTicks(this), Integer.MAX_VALUE));
  }

  private long waitedNanos() {
    PendingForward first = queue.peek();
    if (inFlight) {
      return 0;
    }
    long now = System.nanoTime();
    long forSlots = first == null ? 0 : Math.min(now - first.submittedNanos(), now - lastUsedNanos);
    return Math.max(forSlots, engine.frames.waitedNanos(this));
  }

  private MarketView.State state() {
    if (inFlight) {
      return MarketView.State.COMPUTES;
    }
    if (restoring || engine.frames.isWaiting(this)) {
      return MarketView.State.WAITS_FOR_PAGES;
    }
    if (!queue.isEmpty()) {
      return MarketView.State.WAITS_FOR_SLOTS;
    }
    return table.isPinned() ? MarketView.State.IDLE : MarketView.State.SUSPENDED;
  }

  /** Its pages, with those it shares counted in part. */
  double effectivePages() {
    return effectivePages == 0 ? table.footprint() : effectivePages;
  }

  boolean inFlight() {
    return inFlight;
  }

  /** Lets the loop go on with the passes that wait, once the context is whole. */
  void makeReady() {
    if (restoring || inFlight) {
      return; // Whoever is at it sees the queue afterwards.
    }
    if (engine.restorer.tryRestore(this)) {
      engine.loop.ready(this);
    } else {
      engine.loop.notReady(this);
      engine.restorer.restoreLater(this);
    }
  }

  /** Its turn begins with a pass that does not go on with what was sampled last. */
  private void beginTurn(PendingForward pending) {
    boolean goesOn = isDecode(pending.request);
    if (queue.isEmpty() && (!goesOn || ++passesOfTurn > TURN_PASSES_MAX)) {
      // What memory it has, it may have claimed for the turn that begins: a lease goes on.
      engine.exchange.turnEnded(this, counter);
      turn = pending.arrival();
      passesOfTurn = 0;
      counter.begin(engine.exchange.slotBid(this, 1));
    }
    if (queue.isEmpty()) {
      waitsSinceStep = engine.exchange.steps();
    }
  }

  /** When its turn began, in the order of the engine. */
  long turn() {
    return turn;
  }

  /** Steps since it was served last, or since it began to wait. */
  int waitedSteps(long step) {
    return (int) Math.min(step - waitsSinceStep, Integer.MAX_VALUE);
  }

  /**
   * It wants slots of step number {@code step}. Who did not want any of the step before, because it
   * waited for memory or for a page that another computes, begins to wait for slots now.
   */
  void demand(long step) {
    if (demandedStep < step - 1) {
      waitsSinceStep = step;
    }
    demandedStep = step;
  }

  /** Its part of step number {@code step} begins. */
  void takeOff(long step) {
    inFlight = true;
    counter.step();
    waitsSinceStep = step;
    servedStep = step + 1;
  }

  /**
   * Ends this context's part in a batch; a context that was destroyed meanwhile frees its pages.
   */
  void land() {
    inFlight = false;
    used();
    releaseIfDestroyed();
  }

  void beginRestoring() {
    restoring = true;
  }

  /** Ends what {@link #beginRestoring} began, and goes on with the passes that wait. */
  void endRestoring() {
    restoring = false;
    used();
    releaseIfDestroyed();
    if (!queue.isEmpty() && table.isWhole()) {
      engine.loop.ready(this);
    }
  }

  void cannotBeRestored(EngineException failure) {
    if (ended == null) {
      takeBack(failure);
      table.suspend();
    }
  }

  private void releaseIfDestroyed() {
    if (ended != null && !inFlight && !restoring) {
      table.release();
      adapters.releaseAll();
      engine.frames.released();
    }
  }

  /** Tokens were read back for the next pass. */
  void restored(int tokens) {
    restoredTokens += tokens;
    process.restored(tokens);
  }

  /** Tokens were computed again for the next pass. */
  void recomputed(int tokens) {
    recomputedTokens += tokens;
    process.recomputed(tokens);
  }

  /** Has pages computed again before any pass goes on, or, with null, is done with it. */
  void recompute(@Nullable Recomputation again) {
    recomputation = again;
    if (again == null) {
      if (!table.isWhole()) {
        engine.loop.notReady(this);
      }
    } else if (ended != null) {
      again.fail(new EngineException(ended));
    } else {
      engine.loop.ready(this);
    }
  }

  /** What the loop is to compute next; only for a context that is ready. */
  StepWork work() {
    Recomputation again = recomputation;
    return again != null && again.remaining() > 0 ? again : queue.element();
  }

  /** Whether the loop has anything to compute. */
  boolean hasWork() {
    Recomputation again = recomputation;
    return (again != null && again.remaining() > 0) || (!queue.isEmpty() && table.isWhole());
  }

  /** Whether its pages are in use at this moment. */
  boolean isBusy() {
    return inFlight || restoring;
  }

  boolean holdsMemory() {
    return table.pageCount() > 0 && (table.isPinned() || table.ownFrameCount() > 0);
  }

  long lastUsedNanos() {
    return lastUsedNanos;
  }

  long lastUsedTick() {
    return lastUsedTick;
  }

  /** Since when it has its pages in memory. */
  long leasedTick() {
    return leasedTick;
  }

  /** It has all its pages in memory, and did not before. */
  void leased() {
    leasedTick = engine.exchange.now();
  }

  void see(AttentionWindow wanted) {
    window = wanted;
  }

  AttentionWindow attentionWindow() {
    return window;
  }

  /**
   * Makes way for somebody else; passes that wait have the memory restored when it is their turn.
   */
  void suspendForOthers() {
    evictions++;
    table.suspend();
    engine.loop.notReady(this);
    if (!queue.isEmpty()) {
      engine.restorer.restoreLater(this);
    }
  }

  /** Takes over what the next rows of the first pass find in the cache; whether it found any. */
  boolean reuse() {
    PendingForward pending = queue.peek();
    if (pending != null && recomputation == null && pending.firstOutputRow() > pending.next()) {
      int found =
          table.reuse(new ContextRows(this, pending), pending.next(), pending.firstOutputRow());
      if (found > 0) {
        pending.reused(found);
        process.reused(found);
        counter.computed(false, found);
        process.returnTokens(found);
        engine.frames.released();
        return true;
      }
    }
    return false;
  }

  /**
   * The page that the first pass goes on to fill, if it does so without being asked for outputs.
   */
  @Nullable PageKey nextPage() {
    PendingForward pending = queue.peek();
    return pending == null || recomputation != null || pending.firstOutputRow() <= pending.next()
        ? null
        : table.nextPage(new ContextRows(this, pending), pending.next(), pending.firstOutputRow());
  }

  /**
   * Rows were computed: full pages never change from now on.
   *
   * @param decode whether it is the token that was sampled last
   */
  void computed(boolean decode, int tokens) {
    table.computed();
    process.computed(decode, tokens);
    counter.computed(decode, tokens);
  }

  /** A pass has everything it asked for. */
  void finish(PendingForward pending) {
    queue.remove();
    if (queue.isEmpty()) {
      process.payer().addTraders(-1);
    }
    // Not earlier: a pass that fails leaves the context as it was. What comes after a draft that
    // was not drawn takes its place, and sees what it has seen.
    dropUnseen(table.length() - pending.rejectedDrafts());
    counter.finished();
    pending.drawn().forEach(this::drew);
    pending.complete(
        restoredTokens,
        recomputedTokens,
        rentMicros,
        engine.exchange.accounts().dividend(process.payer()));
    restoredTokens = 0;
    recomputedTokens = 0;
    rentMicros = 0;
  }

  /**
   * Drops full pages that the window of the token in {@code slot}, and of later ones, leaves out.
   */
  private void dropUnseen(int slot) {
    int pageTokens = table.pageTokens();
    int first = table.firstUndropped(Math.ceilDiv(window.sinks(), pageTokens));
    int end = Math.min(window.firstVisible(slot) / pageTokens, table.fullPages());
    if (end > first && table.isWhole()) {
      table.drop(first, end - first);
      engine.frames.released();
    }
  }

  /** Whether a pass feeds back what was sampled last: a decode and not a prompt. */
  boolean isDecode(ForwardRequest request) {
    return request.inputs() == 1 && sampled && lastSampled == request.token(0);
  }

  void drew(int token) {
    lastSampled = token;
    sampled = true;
    process.sampled();
  }

  /**
   * Fails the first pass, and with it those behind it, which counted on its tokens; the context is
   * as it was before.
   */
  void takeBack(EngineException failure) {
    PendingForward first = queue.peek();
    if (first != null) {
      table.truncate(first.next());
    }
    fail(failure);
  }

  private void fail(EngineException failure) {
    List<PendingForward> failed = List.copyOf(queue);
    if (!failed.isEmpty()) {
      // Those in flight are computed, whoever still wants them.
      int left = failed.stream().mapToInt(PendingForward::remaining).sum();
      queue.clear();
      process.payer().addTraders(-1);
      process.returnTokens(left - table.pendingTokens());
    }
    // Whoever hears of it may submit the next pass at once.
    failed.forEach(pending -> pending.future.completeExceptionally(failure));
  }

  void discard(String reason) {
    ended = reason;
    engine.exchange.turnEnded(this, counter);
    engine.exchange.closed(this);
    EngineException failure = new EngineException(reason);
    fail(failure);
    if (recomputation != null) {
      recomputation.fail(failure);
    }
    engine.loop.notReady(this);
    if (!isBusy()) {
      table.keepTail();
    }
    releaseIfDestroyed();
    engine.landed.signalAll();
    engine.frames.wakeAll();
  }

  void awaitIdle() throws InterruptedException {
    while (!live().isIdle()) {
      engine.landed.await();
    }
  }

  void requireLive() {
    live();
  }

  /** Refuses what would not fit the whole pool. */
  void requireFits(int more) {
    int pool = engine.pool().pageCount();
    if (table.footprint() + (long) more > pool) {
      throw new EngineException(
          "cannot reserve "
              + more
              + " pages: the context has "
              + table.footprint()
              + ", the whole KV cache "
              + pool
              + " of "
              + tokensPerPage()
              + " tokens, and the model's context is "
              + engine.model().config().contextLength()
              + " tokens; shorten the input, or raise the size of the cache");
    }
  }

  private void used() {
    lastUsedNanos = System.nanoTime();
    lastUsedTick = engine.exchange.now();
  }

  private void changing(Runnable change) throws InterruptedException {
    engine.lock.lockInterruptibly();
    try {
      awaitIdle();
      change.run();
      used();
    } finally {
      engine.lock.unlock();
    }
  }

  private boolean isIdle() {
    return queue.isEmpty() && !inFlight && !restoring;
  }

  private Context live() {
    if (ended != null) {
      throw new EngineException(ended);
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
