package dev.bourse.engine;

import dev.bourse.kv.PageKey;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.function.BinaryOperator;

/**
 * The one thread that computes: plan → batch → forward → sample → settle, for ever.
 *
 * <p>It holds the engine's lock while it plans and settles, and not while it computes. Before it
 * plans, it gives the programs it has just served a moment to come back with their next pass: else
 * contexts that could share a step would take turns.
 *
 * <p>A broken law ends the loop, and with it every process: nobody waits for a thread that is gone.
 */
final class StepLoop implements Runnable {
  private static final Logger LOG = System.getLogger(StepLoop.class.getName());

  /** How long to wait for the programs served last, as a share of the last step's time. */
  private static final int GATHER_SHARE = 20;

  private static final long GATHER_MAX_NANOS = 1_000_000;

  private final Engine engine;
  private final Condition work;
  private final Exchange exchange;
  private final StepBatch batch;
  private final Map<PageKey, Context> filling = new LinkedHashMap<>();
  private final Set<Context> ready = new LinkedHashSet<>();

  /** Those that are ready, while some of them cease to be. */
  private final List<Context> looked = new ArrayList<>();

  private final BatchHistory history = new BatchHistory();
  private final Rates rates;
  private final Thread thread;
  private final List<StepBatch.Part> inFlight = new ArrayList<>();
  private final BinaryOperator<Context> firstOf;
  private StepStatistics statistics = StepStatistics.NONE;
  private int lastServed;
  private long lastStepNanos;
  private boolean stopped;

  StepLoop(Engine engine, EngineConfig config, Rates rates) {
    this.engine = engine;
    this.rates = rates;
    this.work = engine.lock.newCondition();
    this.exchange = engine.exchange;
    this.firstOf = exchange::firstOf;
    this.batch = new StepBatch(engine.model(), engine.pool(), config.stepTokens());
    this.thread = Thread.ofPlatform().name("bourse-step-loop").daemon().unstarted(this);
  }

  void start() {
    thread.start();
  }

  void join() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    try {
      while (step()) {
        // Everything happens in step().
      }
    } catch (RuntimeException | Error e) {
      // First, because without memory the log fails as well, and nobody is to wait for ever.
      abandon(e);
      LOG.log(Level.ERROR, "the step loop failed, and ended every process", e);
    } finally {
      batch.close();
    }
  }

  private void abandon(Throwable cause) {
    engine.locked(
        () -> {
          inFlight.forEach(part -> part.context().land());
          inFlight.clear();
          engine.end("the engine failed: " + cause);
          return null;
        });
  }

  /** Runs one step; false once the engine is closed. */
  private boolean step() {
    long begin = System.nanoTime();
    long planned;
    long planNanos;
    engine.lock.lock();
    try {
      if (!awaitWork()) {
        return false;
      }
      long woken = System.nanoTime();
      reuse();
      if (ready.isEmpty()) {
        return true;
      }
      planAndFill();
      planned = System.nanoTime();
      planNanos = planned - woken;
    } finally {
      engine.lock.unlock();
    }
    long forwardNanos = batch.forward();
    long computed = System.nanoTime();
    batch.sample();
    long sampled = System.nanoTime();
    engine.lock.lock();
    try {
      int tokens = settle(sampled - planned);
      rates.computed(tokens, forwardNanos);
      long end = System.nanoTime();
      lastStepNanos = end - planned;
      statistics =
          new StepStatistics(
              statistics.steps() + 1,
              statistics.tokens() + tokens,
              statistics.planNanos() + planNanos,
              statistics.forwardNanos() + forwardNanos,
              statistics.sampleNanos() + sampled - computed,
              statistics.settleNanos() + end - sampled,
              statistics.waitNanos() + planned - planNanos - begin);
    } finally {
      engine.lock.unlock();
    }
    return true;
  }

  /** Waits until a context wants tokens, and a moment longer for those served last. */
  private boolean awaitWork() {
    do {
      while (ready.isEmpty() && !stopped) {
        work.awaitUninterruptibly();
      }
      gather();
      // While it gathered, those that were ready may have been destroyed.
    } while (ready.isEmpty() && !stopped);
    return !stopped;
  }

  private void gather() {
    long deadline = System.nanoTime() + Math.min(lastStepNanos / GATHER_SHARE, GATHER_MAX_NANOS);
    while (ready.size() < lastServed && !stopped) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        break;
      }
      try {
        work.awaitNanos(left);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts the step loop", e);
      }
    }
  }

  /** Takes over what was computed before, and finishes the passes that need nothing else. */
  private void reuse() {
    looked.clear();
    looked.addAll(ready);
    for (Context context : looked) {
      while (context.hasWork() && context.reuse()) {
        PendingForward first = context.queue().element();
        if (first.remaining() > 0) {
          break;
        }
        context.finish(first);
        engine.landed.signalAll();
      }
      if (!context.hasWork()) {
        ready.remove(context);
        if (!context.queue().isEmpty()) {
          context.makeReady();
        }
      }
    }
    looked.clear();
  }

  private void planAndFill() {
    demand();
    int grants = exchange.plan();
    for (int grant = 0; grant < grants; grant++) {
      Context context = exchange.context(grant);
      inFlight.add(new StepBatch.Part(context, context.work(), exchange.tokens(grant)));
    }
    batch.fill(inFlight);
  }

  /** Lists what the contexts that are ready want of this step. */
  private void demand() {
    exchange.open();
    filling.clear();
    for (Context context : ready) {
      PageKey page = context.nextPage();
      if (page == null) {
        exchange.demand(context);
      } else {
        // Of those that go on with the same page, one computes it for all.
        filling.merge(page, context, firstOf);
      }
    }
    for (Context context : filling.values()) {
      exchange.demand(context);
    }
  }

  /**
   * Has the step paid for, and hands out what is finished.
   *
   * @return the tokens computed
   */
  private int settle(long stepNanos) {
    int tokens = 0;
    if (batch.failed()) {
      exchange.fail();
    } else {
      exchange.settle(stepNanos);
      history.add(exchange.steps(), stepNanos);
      for (int grant = 0; grant < inFlight.size(); grant++) {
        StepBatch.Part part = inFlight.get(grant);
        part.paid(exchange.payment(grant));
        history.addPart(part.context(), part.kind(), part.tokens());
      }
    }
    for (StepBatch.Part part : inFlight) {
      Context context = part.context();
      tokens += part.tokens();
      part.settle(!batch.failed());
      context.land();
      if (!context.hasWork()) {
        ready.remove(context);
        if (!context.queue().isEmpty()) {
          context.makeReady();
        }
      }
    }
    lastServed = inFlight.size();
    inFlight.clear();
    engine.frames.observe();
    engine.funded.demoteInsolvent();
    engine.landed.signalAll();
    return tokens;
  }

  // What follows is called with the engine's lock held.

  void ready(Context context) {
    ready.add(context);
    work.signal();
  }

  void notReady(Context context) {
    ready.remove(context);
  }

  void stop() {
    stopped = true;
    work.signal();
  }

  boolean isBusy() {
    return !inFlight.isEmpty();
  }

  List<Context> contextsInFlight() {
    return inFlight.stream().map(StepBatch.Part::context).toList();
  }

  BatchHistory history() {
    return history;
  }

  StepStatistics statistics() {
    return statistics;
  }
}
