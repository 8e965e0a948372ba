package dev.bourse.engine;

import dev.bourse.kv.Page;
import dev.bourse.kv.PageCache;
import dev.bourse.kv.PagePool;
import dev.bourse.kv.SpillFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where pages go that somebody still wants and nobody needs in memory now: to the spill file, or,
 * if computing them again is cheaper, nowhere.
 *
 * <p>Called with the engine's lock held once, which it gives up while it writes.
 */
final class Spiller implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Spiller.class.getName());

  /** Pages that leave memory before whoever wants it looks again. */
  private static final int BATCH = 16;

  private final ReentrantLock lock;
  private final EngineConfig config;
  private final Rates rates;
  private @Nullable SpillFile file;
  private boolean failed;
  private int writing;

  Spiller(ReentrantLock lock, EngineConfig config, Rates rates) {
    this.lock = lock;
    this.config = config;
    this.rates = rates;
  }

  /** Lets some idle pages leave memory; false if there is none that can. */
  boolean writeOut(PageCache cache) {
    List<Page> toWrite = new ArrayList<>();
    int evicted = 0;
    for (Page page : cache.unsaved()) {
      if (canSpill(cache.pool(), page, toWrite.size())) {
        toWrite.add(page);
      } else if (!page.isIrreplaceable()) {
        cache.evict(page);
        evicted++;
      }
      if (toWrite.size() + evicted == BATCH) {
        break;
      }
    }
    return (!toWrite.isEmpty() && write(cache, toWrite)) || evicted > 0;
  }

  /** Writes out one page, whoever needs it in memory; false if that cannot be. */
  boolean writeOut(PageCache cache, Page page) {
    return page.isResident() && canSpill(cache.pool(), page, 0) && write(cache, List.of(page));
  }

  /** Pages that nobody needs in memory now, and that cannot leave it. */
  List<Page> stuckPages(PageCache cache) {
    List<Page> stuck = new ArrayList<>(cache.unsaved());
    stuck.removeIf(page -> !page.isIrreplaceable() || canSpill(cache.pool(), page, 0));
    return stuck;
  }

  /** Whether somebody writes from the memory of pages. */
  boolean isWriting() {
    return writing > 0;
  }

  /** Pages in the file. */
  int spilledPages() {
    return file == null ? 0 : file.usedCount();
  }

  private boolean canSpill(PagePool pool, Page page, int before) {
    long bytes = pool.layout().pageBytes();
    if (failed || (spilledPages() + before + 1L) * bytes > config.spillBytes()) {
      return false;
    }
    return page.isIrreplaceable() || rates.preferSpilling(bytes, page.content().length());
  }

  private boolean write(PageCache cache, List<Page> pages) {
    PagePool pool = cache.pool();
    List<PageCache.Lease> leases = pages.stream().map(cache::lease).toList();
    List<SpillFile.Slot> slots = new ArrayList<>();
    long begin = System.nanoTime();
    SpillFile target;
    try {
      target = file(pool);
    } catch (IOException e) {
      fail(e);
      leases.forEach(PageCache.Lease::close);
      return true;
    }
    writing++;
    lock.unlock();
    try {
      for (Page page : pages) {
        SpillFile.Slot slot = target.write(pool.frame(page.frame()));
        if (slot == null) {
          break;
        }
        slots.add(slot);
      }
    } catch (IOException | UncheckedIOException e) {
      fail(e);
    } finally {
      lock.lock();
      writing--;
      leases.forEach(PageCache.Lease::close);
    }
    if (!slots.isEmpty()) {
      rates.written(slots.size() * pool.layout().pageBytes(), System.nanoTime() - begin);
    }
    for (int i = 0; i < slots.size(); i++) {
      cache.spilled(pages.get(i), slots.get(i));
    }
    return true;
  }

  private SpillFile file(PagePool pool) throws IOException {
    SpillFile open = file;
    if (open == null) {
      open = SpillFile.create(config.spillFolder(), pool.layout().pageBytes(), config.spillBytes());
      file = open;
    }
    return open;
  }

  private void fail(Exception cause) {
    failed = true;
    LOG.log(
        Level.WARNING,
        "the spill file in "
            + config.spillFolder()
            + " cannot be written: pages that have to leave memory will be computed again",
        cause);
  }

  @Override
  public void close() {
    SpillFile open = file;
    file = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.log(Level.WARNING, "the spill file cannot be closed", e);
      }
    }
  }
}
