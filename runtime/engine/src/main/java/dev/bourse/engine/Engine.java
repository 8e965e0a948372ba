package dev.bourse.engine;

import dev.bourse.kv.PagePool;
import dev.bourse.model.Model;
import dev.bourse.text.Tokenizer;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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

  final ReentrantLock lock = new ReentrantLock();
  final Condition landed = lock.newCondition();
  final PageQueue pages;
  final StepLoop loop;
  private final Model model;
  private final EngineConfig config;
  private final PagePool pool;
  private final Set<EngineProcess> processes = new LinkedHashSet<>();
  private long arrivals;
  private long contextIds;
  private long processIds;
  private @Nullable String ended;
  private boolean released;

  private Engine(Model model, EngineConfig config) {
    this.model = model;
    this.config = config;
    var layout = model.config().kvLayout(config.pageTokens());
    this.pool = new PagePool(layout, layout.pagesFor(config.kvTokens()));
    this.pages = new PageQueue(this, lock, pool);
    this.loop = new StepLoop(this, config);
  }

  /** Starts an engine and its step loop. */
  public static Engine start(Model model, EngineConfig config) {
    Engine engine = new Engine(model, config);
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

  public EngineConfig config() {
    return config;
  }

  /** Opens a process that may hold {@link #CONTEXTS_MAX_DEFAULT} contexts at once. */
  public EngineProcess openProcess(String name) {
    return openProcess(name, CONTEXTS_MAX_DEFAULT);
  }

  /**
   * Opens a process.
   *
   * @param name for messages
   * @param contextLimit contexts it may hold at once
   */
  public EngineProcess openProcess(String name, int contextLimit) {
    return locked(
        () -> {
          requireOpen();
          EngineProcess process =
              new EngineProcess(
                  this, name, contextLimit, SplitMix.mix(config.seed(), ++processIds));
          processes.add(process);
          return process;
        });
  }

  /** What the step loop did so far. */
  public StepStatistics statistics() {
    return locked(loop::statistics);
  }

  /** Pages in the pool, and how many of them are free. */
  public PageUse pageUse() {
    return locked(() -> new PageUse(pool.pageCount(), pool.freeCount()));
  }

  /**
   * How full the pool is.
   *
   * @param pages all pages
   * @param free those nobody holds
   */
  public record PageUse(int pages, int free) {}

  /**
   * Asserts the law of pages over everything the engine holds.
   *
   * @throws IllegalStateException naming what is wrong
   */
  public void check() {
    locked(
        () -> {
          int[] held = new int[pool.pageCount()];
          loop.contextsInFlight().forEach(context -> context.table().count(held));
          for (EngineProcess process : processes) {
            for (Context context : process.contexts()) {
              if (!context.inFlight()) {
                context.table().count(held);
              }
            }
          }
          pool.check(held);
          return null;
        });
  }

  @Override
  public void close() {
    locked(
        () -> {
          end("the engine is closed");
          loop.stop();
          return null;
        });
    loop.join();
    locked(
        () -> {
          if (!released) {
            released = true;
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

  /** Whether the loop computes, or is about to. */
  boolean isComputing() {
    return loop.isBusy()
        || processes.stream()
            .flatMap(process -> process.contexts().stream())
            .anyMatch(context -> !context.queue().isEmpty());
  }

  Set<EngineProcess> processesHoldingPages() {
    Set<EngineProcess> holders = new HashSet<>();
    for (EngineProcess process : processes) {
      if (process.pagesHeld() > 0) {
        holders.add(process);
      }
    }
    return holders;
  }

  private void requireOpen() {
    if (ended != null) {
      throw new EngineException(ended);
    }
  }
}
