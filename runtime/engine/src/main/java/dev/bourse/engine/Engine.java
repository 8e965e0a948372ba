package dev.bourse.engine;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageCache;
import dev.bourse.kv.PageHasher;
import dev.bourse.kv.PagePool;
import dev.bourse.kv.PageTable;
import dev.bourse.kv.snapshot.Fingerprint;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.model.Model;
import dev.bourse.text.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One model, one pool of KV pages, one step loop, and the processes that share them.
 *
 * <p>Safe to use from any thread. Closing the engine ends every process; the model stays open, it
 * belongs to the caller.
 */
public final class Engine implements AutoCloseable {
  /** Contexts a process may hold, unless it is opened with another limit. */
  public static final int CONTEXTS_MAX_DEFAULT = 1024;

  /** Who asks, where nobody says so. */
  public static final String LOCAL_USER = "local";

  final ReentrantLock lock = new ReentrantLock();
  final Condition landed = lock.newCondition();
  final Exchange exchange;
  final FundedSnapshots funded;
  final AdapterHolds adapterHolds = new AdapterHolds(Adapters.BYTES_MAX);
  final Frames frames;
  final Restorer restorer;
  final StepLoop loop;
  private final Model model;
  private final EngineConfig config;
  private final PagePool pool;
  private final PageCache cache;
  private final ModelIdentity identity;
  private final Adapters adapters;
  private final Spiller spiller;
  private final @Nullable Snapshots snapshots;
  private final Set<PageTable> imagesInUse = new LinkedHashSet<>();
  private final Set<EngineProcess> processes = new LinkedHashSet<>();
  TokenCounts tokens = TokenCounts.NONE;
  private long arrivals;
  private long contextIds;
  private long processIds;
  private @Nullable String ended;
  private boolean released;

  private Engine(Model model, EngineConfig config, @Nullable SnapshotSource source) {
    this.model = model;
    this.config = config;
    KvLayout layout = model.config().kvLayout(config.pageTokens());
    this.pool = new PagePool(layout, layout.pagesFor(config.kvTokens()));
    PageHasher hasher = new PageHasher(model::digest, layout);
    this.cache = new PageCache(pool, hasher);
    this.identity = new ModelIdentity(model, layout);
    this.adapters = new Adapters(model.config(), Adapters.BYTES_MAX, config.adapters());
    Rates rates = new Rates();
    this.spiller = new Spiller(lock, config, rates);
    this.exchange = new Exchange(config, cache.tree(), this::forEachContext);
    this.funded = new FundedSnapshots(exchange);
    this.frames = new Frames(this, cache, spiller);
    this.restorer = new Restorer(this, cache, rates);
    this.loop = new StepLoop(this, config, rates);
    this.snapshots = source == null ? null : new Snapshots(this, cache, source, identity);
  }

  /** Starts an engine and its step loop; its contexts cannot be saved. */
  public static Engine start(Model model, EngineConfig config) {
    Engine engine = new Engine(model, config, null);
    engine.loop.start();
    return engine;
  }

  /**
   * Starts an engine whose contexts can be saved under names.
   *
   * @param store stays the caller's to close
   */
  public static Engine start(Model model, EngineConfig config, SnapshotStore store) {
    return start(model, config, () -> store);
  }

  /**
   * Starts an engine whose contexts can be saved under names.
   *
   * @param source of a store that stays the caller's to close
   */
  public static Engine start(Model model, EngineConfig config, SnapshotSource source) {
    Engine engine = new Engine(model, config, source);
    engine.loop.start();
    return engine;
  }

  public Model model() {
    return model;
  }

  /** The tokenizer of its model. */
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  /** Bytes that the outputs of a pass will take on the heap, before it is run. */
  public long outputBytes(ForwardRequest request) {
    return RequestChecks.outputBytes(request, model.config());
  }

  /** The adapters of its users, by name. */
  public Adapters adapters() {
    return adapters;
  }

  /** What its pages are computed with, as snapshots record it. */
  public Fingerprint fingerprint() {
    return identity.fingerprint();
  }

  /** Tokens that a context can have at most: as many as the model takes and the pages hold. */
  public int contextLength() {
    return Math.min(model.config().contextLength(), config.kvTokens());
  }

  public EngineConfig config() {
    return config;
  }

  /** Opens a process that may hold {@link #CONTEXTS_MAX_DEFAULT} contexts at once. */
  public EngineProcess openProcess(String name) {
    return openProcess(name, CONTEXTS_MAX_DEFAULT);
  }

  /** Opens a process of {@link #LOCAL_USER}. */
  public EngineProcess openProcess(String name, int contextLimit) {
    return openProcess(name, LOCAL_USER, contextLimit);
  }

  /**
   * Opens a process.
   *
   * @param name for messages
   * @param user whose snapshots it sees, and with whose processes it shares what was computed
   * @param contextLimit contexts it may hold at once
   */
  public EngineProcess openProcess(String name, String user, int contextLimit) {
    return openProcess(name, user, contextLimit, null);
  }

  /**
   * Opens a process.
   *
   * @param name for messages
   * @param user whose snapshots it sees, with whose processes it shares what was computed, and from
   *     whose account it spends
   * @param contextLimit contexts it may hold at once
   * @param budget what it has of its own, out of the user's account; null for nothing
   * @throws EngineException if the user does not have so much
   */
  public EngineProcess openProcess(
      String name, String user, int contextLimit, @Nullable Budget budget) {
    return open(name, user, contextLimit, budget, () -> exchange.accounts().tenant(user));
  }

  EngineProcess open(
      String name,
      String user,
      int contextLimit,
      @Nullable Budget budget,
      Supplier<Account> payer) {
    return locked(
        () -> {
          requireOpen();
          Account account = exchange.accounts().join(payer.get(), budget);
          long number = ++processIds;
          EngineProcess process =
              new EngineProcess(
                  this,
                  number,
                  name,
                  user,
                  account,
                  contextLimit,
                  SplitMix.mix(config.seed(), number));
          processes.add(process);
          return process;
        });
  }

  /** What the step loop did so far. */
  public StepStatistics statistics() {
    return locked(loop::statistics);
  }

  /** Tokens that contexts got without being computed for the first time. */
  public TokenCounts tokens() {
    return locked(() -> tokens);
  }

  /**
   * Has somebody told of every turn that ends, the one told before no more. To record what an
   * engine does; it is called with the engine's lock held and must not wait for anything.
   */
  public void onTurn(Consumer<Turn> listener) {
    locked(
        () -> {
          exchange.onTurn(listener);
          return null;
        });
  }

  /** Steps so far, with a millisecond in which there was none as one: what waits are counted in. */
  public long ticks() {
    return locked(exchange::now);
  }

  /** What the last step cost. */
  public Price price() {
    return locked(() -> Price.of(exchange.market().tick()));
  }

  /** What the last steps cost, the oldest first; as many as are remembered. */
  public List<Price> prices(int steps) {
    return locked(
        () ->
            exchange.market().history().last(Math.max(0, steps)).stream().map(Price::of).toList());
  }

  /**
   * Who got how many tokens of the last steps, the oldest first; as many as are remembered.
   *
   * @param step number of the last step that is not wanted
   */
  public List<BatchView> batches(long step) {
    return locked(() -> loop.history().after(step));
  }

  /** The market at this moment. */
  public MarketView market() {
    return locked(
        () ->
            new MarketView(
                exchange.policy(),
                price(),
                exchange.stepMicros(),
                pageUse(),
                frames.waiting(),
                frames.evictions(),
                Credits.of(exchange.market().ledger().treasury()),
                Credits.of(exchange.market().ledger().minted()),
                exchange.accounts().views(processes),
                contextViews()));
  }

  /** What its users have, to be kept; also of an engine that is closed. */
  public Balances balances() {
    return locked(() -> exchange.accounts().balances());
  }

  /**
   * Goes on with what the users of another engine had; nobody may have opened a process yet. What
   * this engine's settings say of them holds from now on: their endowment, and whoever is given
   * more credits than he was gets the difference.
   *
   * @throws EngineException if there would be more credits or endowments than there can be
   */
  public void restore(Balances balances) {
    locked(
        () -> {
          exchange.accounts().restore(balances);
          return null;
        });
  }

  private List<MarketView.ContextView> contextViews() {
    List<MarketView.ContextView> views = new ArrayList<>();
    forEachContext(context -> views.add(context.view()));
    return views;
  }

  /** How full the pool is. */
  public PageUse pageUse() {
    return locked(
        () ->
            new PageUse(
                pool.pageCount(),
                pool.freeCount() + cache.cachedCount(),
                cache.cachedCount(),
                cache.idleCount(),
                spiller.spilledPages()));
  }

  /**
   * How full the pool is.
   *
   * @param pages all pages
   * @param free those nobody holds
   * @param cached of these, those whose contents can still be found
   * @param idle pages in memory that only suspended contexts hold
   * @param spilled pages in the spill file
   */
  public record PageUse(int pages, int free, int cached, int idle, int spilled) {}

  /**
   * Asserts the laws of pages and of credits over everything the engine holds.
   *
   * @throws IllegalStateException naming what is wrong
   */
  public void check() {
    locked(
        () -> {
          List<PageTable> tables = new ArrayList<>(imagesInUse);
          Set<Context> contexts = new LinkedHashSet<>(loop.contextsInFlight());
          contexts.addAll(restorer.contexts());
          forEachContext(contexts::add);
          contexts.forEach(context -> tables.add(context.table()));
          cache.check(tables);
          exchange.market().ledger().check();
          return null;
        });
  }

  @Override
  public void close() {
    close("the engine is closed");
  }

  /**
   * Ends every process and frees what the engine holds.
   *
   * @param reason what those hear who still use it
   */
  public void close(String reason) {
    locked(
        () -> {
          end(reason);
          loop.stop();
          return null;
        });
    loop.join();
    locked(
        () -> {
          while (restorer.isRunning() || spiller.isWriting() || !imagesInUse.isEmpty()) {
            landed.awaitUninterruptibly();
          }
          if (!released) {
            released = true;
            spiller.close();
            pool.close();
          }
          return null;
        });
  }

  // What follows is for the engine, with its lock held.

  <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** Ends every process and lets no other begin. */
  void end(String reason) {
    if (ended == null) {
      ended = reason;
    }
    Set.copyOf(processes).forEach(process -> process.end(reason));
  }

  PagePool pool() {
    return pool;
  }

  void forget(EngineProcess process) {
    processes.remove(process);
  }

  long nextArrival() {
    return ++arrivals;
  }

  long nextContextId() {
    return ++contextIds;
  }

  PageCache cache() {
    return cache;
  }

  Snapshots snapshots() {
    if (snapshots == null) {
      throw new EngineException(
          "this engine has no snapshot store: it was started without a folder to save to");
    }
    return snapshots;
  }

  /** Does something with every context of every process. */
  void forEachContext(Consumer<Context> action) {
    processes.forEach(process -> process.contexts().forEach(action));
  }

  /** A table that is being written out. */
  void addImage(PageTable image) {
    imagesInUse.add(image);
  }

  void removeImage(PageTable image) {
    image.release();
    imagesInUse.remove(image);
    frames.released();
    landed.signalAll();
  }

  private void requireOpen() {
    if (ended != null) {
      throw new EngineException(ended);
    }
  }
}
