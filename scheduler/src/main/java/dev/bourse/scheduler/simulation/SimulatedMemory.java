package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.market.SharedPages;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The two tiers of memory: a pool of pages, and a slower place where those go that have to leave.
 *
 * <p>Law: free frames, those of contexts and those of prefixes are as many as the pool has.
 */
final class SimulatedMemory {
  private final EngineModel engine;
  private final List<PrefixNode> nodes;

  /** Nodes nobody holds whose pages are still there. */
  private final List<PrefixNode> cached = new ArrayList<>();

  private int cachedPages;
  private int free;
  private int spillFree;

  /** Until when pages are written and read: one at a time. */
  private long channelFreeAt;

  long evictions;
  long spilledPages;
  long restoredPages;

  SimulatedMemory(EngineModel engine, List<PrefixNode> nodes) {
    this.engine = engine;
    this.nodes = nodes;
    this.free = engine.pages();
    this.spillFree = engine.spillPages();
  }

  int freePages() {
    return free + cachedPages;
  }

  int pagesInUse() {
    return engine.pages() - free - cachedPages;
  }

  /** When all pages that move now have arrived, in microseconds. */
  long channelFreeAt() {
    return channelFreeAt;
  }

  /** Frames a context lacks to go on. */
  int missing(SimulatedContext context) {
    int wanted = context.framesWanted(engine) - context.frames;
    if (!context.inMemory) {
      for (PrefixNode node : context.path) {
        if (!node.inMemory) {
          wanted += node.pages;
        }
      }
    }
    return Math.max(0, wanted);
  }

  /**
   * Frames that {@link #missing} of a context can come from: a prefix that it will use itself must
   * not go for it.
   */
  int available(SimulatedContext context) {
    int available = freePages();
    if (!context.inMemory) {
      for (PrefixNode node : context.path) {
        if (node.inMemory && node.holders == 0) {
          available -= node.pages;
        }
      }
    }
    return available;
  }

  /**
   * Gives a context all it lacks, which must be {@link #available}.
   *
   * @return whether pages have to be read back first, until {@link #channelFreeAt}
   */
  boolean take(SimulatedContext context, long now, long tick) {
    int pages = context.spilledPages;
    if (!context.inMemory) {
      for (PrefixNode node : context.path) {
        hold(node);
      }
      context.inMemory = true;
    }
    for (PrefixNode node : context.path) {
      if (!node.inMemory) {
        require(node.pages, now);
        free -= node.pages;
        node.inMemory = true;
        if (node.isSpilled) {
          pages += node.pages;
          spillFree += node.pages;
          node.isSpilled = false;
          node.computed = node.high;
        }
      }
    }
    int wanted = Math.max(0, context.framesWanted(engine) - context.frames);
    require(wanted, now);
    free -= wanted;
    context.frames += wanted;
    context.since = tick;
    spillFree += context.spilledPages;
    context.spilledPages = 0;
    restoredPages += pages;
    transfer(pages, now);
    return pages > 0;
  }

  private void hold(PrefixNode node) {
    if (node.holders++ == 0 && node.inMemory && cached.remove(node)) {
      cachedPages -= node.pages;
    }
  }

  /** Frees frames of prefixes that nobody holds, the one left longest ago first. */
  private void require(int frames, long now) {
    while (free < frames) {
      PrefixNode oldest = oldestCached();
      cached.remove(oldest);
      cachedPages -= oldest.pages;
      forget(oldest, now);
    }
  }

  private PrefixNode oldestCached() {
    @Nullable PrefixNode oldest = null;
    for (PrefixNode node : cached) {
      // Of two that were left at once, the one that continues the other.
      if (oldest == null
          || node.left < oldest.left
          || (node.left == oldest.left && node.begin > oldest.begin)) {
        oldest = node;
      }
    }
    if (oldest == null) {
      throw new IllegalStateException("frames were promised that are not there");
    }
    return oldest;
  }

  /** A prefix leaves: it is spilled if that is cheaper, else dropped. */
  private void forget(PrefixNode node, long now) {
    free += node.pages;
    node.inMemory = false;
    if (node.isComputed() && engine.prefersSpilling() && spillFree >= node.pages) {
      spillFree -= node.pages;
      node.isSpilled = true;
      spilledPages += node.pages;
      transfer(node.pages, now);
    }
    node.computed = node.begin;
  }

  /** Has a context leave memory: its own pages are spilled if that is cheaper, else dropped. */
  void evict(SimulatedContext context, long now, long tick) {
    evictions++;
    int own = context.kept - context.prefixTokens;
    int pages = engine.pagesFor(own);
    if (own > 0 && engine.prefersSpilling() && spillFree >= pages) {
      spillFree -= pages;
      context.spilledPages = pages;
      spilledPages += pages;
      transfer(pages, now);
    } else {
      context.kept = context.prefixTokens;
    }
    context.computed = 0;
    release(context, now, tick);
  }

  /** Takes all its frames from a context. */
  private void release(SimulatedContext context, long now, long tick) {
    free += context.frames;
    context.frames = 0;
    if (context.inMemory) {
      context.inMemory = false;
      for (int at = context.path.length - 1; at >= 0; at--) {
        letGo(context.path[at], now, tick);
      }
    }
    context.since = tick;
  }

  private void letGo(PrefixNode node, long now, long tick) {
    if (--node.holders == 0) {
      node.left = tick;
      if (node.computed == node.begin) {
        forget(node, now);
      } else {
        cached.add(node);
        cachedPages += node.pages;
      }
    }
  }

  /** An agent has ended: what it had elsewhere is not needed any more. */
  void discard(SimulatedContext context, long now, long tick) {
    release(context, now, tick);
    spillFree += context.spilledPages;
    context.spilledPages = 0;
  }

  /** Frames that would be free if a context left: its own, and prefixes that nobody else has. */
  int freedBy(SimulatedContext context) {
    int pages = context.frames;
    for (PrefixNode node : context.path) {
      if (node.holders == 1) {
        pages += node.pages;
      }
    }
    return pages;
  }

  /** Lists the prefixes that somebody holds. */
  void list(SharedPages pages) {
    for (PrefixNode node : nodes) {
      if (node.holders > 0) {
        PrefixNode parent = node.parent;
        int above = parent == null ? SharedPages.NONE : parent.segment;
        node.segment = pages.addSegment(above, node.pages);
      }
    }
  }

  private void transfer(int pages, long now) {
    channelFreeAt = Math.max(now, channelFreeAt) + (long) Math.ceil(pages * engine.pageMicros());
  }

  /** Checks the laws. */
  void check(Iterable<SimulatedContext> contexts) {
    long frames = free;
    long spilled = spillFree;
    int[] holders = new int[nodes.size()];
    for (SimulatedContext context : contexts) {
      frames += context.frames;
      spilled += context.spilledPages;
      if (context.inMemory) {
        for (PrefixNode node : context.path) {
          holders[nodes.indexOf(node)]++;
        }
      } else if (context.frames > 0) {
        throw new IllegalStateException("context " + context.number + " has frames and is away");
      }
    }
    for (int at = 0; at < holders.length; at++) {
      PrefixNode node = nodes.get(at);
      frames += node.inMemory ? node.pages : 0;
      spilled += node.isSpilled ? node.pages : 0;
      if (holders[at] != node.holders) {
        throw new IllegalStateException(
            "prefix %d has %d holders and counts %d".formatted(at, holders[at], node.holders));
      }
    }
    if (frames != engine.pages() || spilled != engine.spillPages() || free < 0 || spillFree < 0) {
      throw new IllegalStateException(
          "pages are lost or doubled: %d of %d, and %d of %d spilled"
              .formatted(frames, engine.pages(), spilled, engine.spillPages()));
    }
  }
}
