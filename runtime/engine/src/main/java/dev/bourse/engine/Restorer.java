package dev.bourse.engine;

import dev.bourse.kv.Page;
import dev.bourse.kv.PageCache;
import dev.bourse.kv.PageCopy;
import dev.bourse.kv.PagePool;
import dev.bourse.kv.PageTable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * Brings what a context lacks back to memory: takes frames, reads pages from the spill file or from
 * snapshots, has the others computed again from their tokens.
 *
 * <p>A page that two contexts share is loaded by one of them, the other waits for it. Each loads
 * its pages in the order of the context, and a page is computed when those before it are in memory;
 * so they never wait for each other.
 */
final class Restorer {
  private static final Logger LOG = System.getLogger(Restorer.class.getName());

  /** The frames for what a context lacks. */
  private static final class Missing implements Frames.Claim {
    private final PageTable table;
    private final PageCache cache;
    private List<Page> toLoad = List.of();

    Missing(PageTable table, PageCache cache) {
      this.table = table;
      this.cache = cache;
    }

    @Override
    public void pin() {
      table.pin();
    }

    @Override
    public int wanted() {
      return absent().size() + table.missingFrames();
    }

    @Override
    public int spare() {
      return table.spareFrames();
    }

    @Override
    public int inAll() {
      return table.peakFrames();
    }

    @Override
    public void take() {
      toLoad = absent();
      toLoad.forEach(cache::beginLoading);
      table.supply();
    }

    @Override
    public void unpin() {
      table.suspend();
    }

    private List<Page> absent() {
      return table.absentPages().stream().filter(page -> !page.isLoading()).toList();
    }
  }

  private final Engine engine;
  private final PageCache cache;
  private final PagePool pool;
  private final Rates rates;
  private final Set<Context> running = new LinkedHashSet<>();

  Restorer(Engine engine, PageCache cache, Rates rates) {
    this.engine = engine;
    this.cache = cache;
    this.pool = cache.pool();
    this.rates = rates;
  }

  // Called with the engine's lock held.

  /** Makes a context whole at once if nothing has to be loaded and nobody has to leave for it. */
  boolean tryRestore(Context context) {
    PageTable table = context.table();
    if (table.isWhole()) {
      return true;
    }
    if (table.isPinned()
        && table.missingFrames() + table.spareFrames() == 0
        && table.absentPages().isEmpty()) {
      table.complete();
      context.leased();
      return true;
    }
    if (table.absentPages().isEmpty() && engine.frames.tryAcquire(new Missing(table, cache))) {
      table.complete();
      context.leased();
      return true;
    }
    return false;
  }

  /** Makes a context whole on a thread of its own, and then ready. */
  void restoreLater(Context context) {
    context.beginRestoring();
    running.add(context);
    Thread.ofVirtual().name("bourse-restore-" + context.id()).start(() -> restoreNow(context));
  }

  private void restoreNow(Context context) {
    engine.lock.lock();
    try {
      fill(context);
      context.endRestoring();
    } catch (EngineException e) {
      context.endRestoring();
      context.cannotBeRestored(e);
    } catch (InterruptedException | RuntimeException | Error e) {
      context.endRestoring();
      context.cannotBeRestored(new EngineException("restoring the context failed: " + e, e));
    } finally {
      running.remove(context);
      engine.landed.signalAll();
      engine.frames.released();
      engine.lock.unlock();
    }
  }

  /** Makes a context whole on the caller's thread. */
  void restore(Context context) throws InterruptedException {
    if (tryRestore(context)) {
      return;
    }
    context.beginRestoring();
    running.add(context);
    try {
      fill(context);
    } finally {
      running.remove(context);
      context.endRestoring();
      if (!context.queue().isEmpty()) {
        context.makeReady(); // Also if this attempt has failed.
      }
      engine.landed.signalAll();
      engine.frames.released();
    }
  }

  boolean isRunning() {
    return !running.isEmpty();
  }

  /** Contexts it is at. */
  Set<Context> contexts() {
    return running;
  }

  // Gives up the lock while it waits and reads.

  private void fill(Context context) throws InterruptedException {
    PageTable table = context.table();
    Set<Page> loading = new HashSet<>();
    try {
      while (!table.isWhole()) {
        Missing missing = new Missing(table, cache);
        engine.frames.acquire(context, missing);
        loading.addAll(missing.toLoad);
        for (List<Page> run : consecutive(missing.toLoad)) {
          load(context, run, loading);
        }
        while (table.absentPages().stream().anyMatch(Page::isLoading)) {
          context.requireLive();
          engine.landed.await();
        }
        context.requireLive();
        if (table.absentPages().isEmpty() && table.missingFrames() == 0) {
          table.complete();
          context.leased();
        }
      }
    } finally {
      loading.forEach(cache::abandonLoading);
    }
  }

  /** Pages that follow each other, together. */
  private static List<List<Page>> consecutive(List<Page> pages) {
    List<List<Page>> runs = new ArrayList<>();
    Page last = null;
    for (Page page : pages) {
      if (last == null || page.parent() != last) {
        runs.add(new ArrayList<>());
      }
      runs.getLast().add(page);
      last = page;
    }
    return runs;
  }

  private void load(Context context, List<Page> run, Set<Page> loading)
      throws InterruptedException {
    List<Page> toCompute = new ArrayList<>();
    for (Page page : run) {
      context.requireLive();
      PageCopy copy = page.copy();
      if (copy != null && isWorthReading(page) && read(context, page, copy)) {
        loading.remove(page);
        cache.loaded(page);
        context.restored(page.content().length());
      } else {
        toCompute.add(page);
      }
    }
    engine.landed.signalAll();
    for (List<Page> part : consecutive(toCompute)) {
      boolean computed = compute(context, part);
      for (Page page : part) {
        loading.remove(page);
        if (computed) {
          cache.loaded(page);
          context.recomputed(page.content().length());
        } else {
          cache.abandonLoading(page);
        }
      }
      engine.landed.signalAll();
    }
  }

  private boolean isWorthReading(Page page) {
    return page.isIrreplaceable()
        || rates.preferReading(pool.layout().pageBytes(), page.content().length());
  }

  private boolean read(Context context, Page page, PageCopy copy) {
    IOException failure = null;
    long nanos;
    engine.lock.unlock();
    try {
      long begin = System.nanoTime();
      try {
        copy.read(pool.frame(page.frame()));
      } catch (IOException e) {
        failure = e;
      }
      nanos = System.nanoTime() - begin;
    } finally {
      engine.lock.lock();
    }
    if (failure == null) {
      rates.read(pool.layout().pageBytes(), nanos);
      return true;
    }
    LOG.log(
        Level.WARNING,
        "context " + context.id() + ": a page is computed again: " + failure.getMessage());
    cache.damaged(page, copy);
    return false;
  }

  /** False if a page before them is missing, and nobody loads it. */
  private boolean compute(Context context, List<Page> run) throws InterruptedException {
    for (Page page : run) {
      if (page.isIrreplaceable()) {
        throw new EngineException(
            "a page of the context is lost: its copy is damaged, and it cannot be computed again,"
                + " because pages before it were dropped");
      }
    }
    // Those before it may be loaded by another context.
    List<Page> before = absentBefore(context, run.getFirst());
    while (before.stream().anyMatch(Page::isLoading)) {
      engine.landed.await();
      context.requireLive();
      before = absentBefore(context, run.getFirst());
    }
    if (!before.isEmpty()) {
      return false; // The other has given up.
    }
    Recomputation work = new Recomputation(engine.nextArrival(), context.table(), run);
    context.recompute(work);
    engine.lock.unlock();
    try {
      work.done().get();
    } catch (ExecutionException e) {
      throw new EngineException(Objects.requireNonNullElse(e.getCause(), e).getMessage() + "", e);
    } finally {
      engine.lock.lock();
      context.recompute(null);
      // A pass that was given up may still be writing to the frames.
      while (context.inFlight()) {
        engine.landed.awaitUninterruptibly();
      }
    }
    return true;
  }

  private static List<Page> absentBefore(Context context, Page first) {
    return context.table().absentPages().stream().takeWhile(page -> page != first).toList();
  }
}
