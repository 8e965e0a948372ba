package dev.bourse.scheduler.market;

import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.Residency;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A memory of a few pages that contexts fight for, served as the engine does it: one claim at a
 * time, and who waits holds nothing. It checks what must hold in every tick.
 */
final class SmallMemory {
  /** How a context bids, and when it goes on. */
  enum Temper {
    /** Bids nothing, and works on when it may. */
    POOR,
    /** Bids and pauses at random. */
    RANDOM,
    /** Bids the most there is, never pauses, and begins anew as a new context when it is done. */
    GREEDY,
    /** Bids one level more than the greatest holder, then nothing once it is in. */
    FICKLE
  }

  /** A context; times are ticks. */
  static final class Context {
    final Temper temper;
    long id;
    long seniority;
    int pages;
    long bid;
    int left;
    boolean holds;
    boolean waits;
    long since;
    long held;
    long bound;
    long forcedAt = NEVER;
    int turns;

    Context(Temper temper) {
      this.temper = temper;
    }

    boolean idle() {
      return left == 0;
    }
  }

  private static final int TURN_MAX = 40;
  private static final long NEVER = -1;

  final List<Context> contexts = new ArrayList<>();
  private final Leases leases;
  private final LeaseTerms terms;
  private final Random random;
  private final Random order;
  private final int frames;
  private final PageBids waiting = new PageBids();
  private final PageBids holders = new PageBids();
  private long tick;
  private long ids;
  private int free;
  long trace;
  long evictions;
  long services;
  long longestWait;

  /**
   * @param seed of everything that happens
   * @param rows of the order in which rows are told, which must not matter
   */
  SmallMemory(Leases leases, LeaseTerms terms, int frames, long seed, long rows) {
    this.leases = leases;
    this.terms = terms;
    this.frames = frames;
    this.free = frames;
    this.random = new Random(seed);
    this.order = new Random(rows);
  }

  void add(Temper temper) {
    Context context = new Context(temper);
    begin(context);
    contexts.add(context);
  }

  private void begin(Context context) {
    context.id = ++ids;
    context.seniority = context.id;
    context.pages = 1 + random.nextInt(frames);
    context.left = 0;
    context.turns = 0;
  }

  /** One tick: demands change, claims are served, who holds pages works. */
  void step() {
    tick++;
    for (Context context : contexts) {
      live(context);
    }
    serve();
    for (Context context : contexts) {
      if (context.holds && !context.idle() && --context.left == 0) {
        context.turns++;
        context.since = tick;
        context.forcedAt = NEVER;
        leases.turnEnded(context.id);
      }
    }
    tell();
    leases.observe(waiting, 1);
    check();
  }

  private void live(Context context) {
    context.bid =
        switch (context.temper) {
          case POOR -> 0;
          case RANDOM -> random.nextInt(8) == 0 ? random.nextInt(100) : context.bid;
          case GREEDY -> Long.MAX_VALUE;
          case FICKLE -> context.waits ? 1L << random.nextInt(62) : random.nextInt(2);
        };
    if (!context.idle()) {
      if (context.holds && context.pages < frames && random.nextInt(16) == 0) {
        free += context.pages++; // Who waits holds nothing.
        context.holds = false;
        claim(context);
      }
      return;
    }
    if (context.temper == Temper.GREEDY && context.turns > 0) {
      leave(context);
      begin(context);
    }
    if (context.temper != Temper.RANDOM || random.nextInt(10) == 0) {
      context.left = 1 + random.nextInt(TURN_MAX);
      if (!context.holds) {
        claim(context);
      }
    }
  }

  private void claim(Context context) {
    context.waits = true;
    context.since = tick;
    context.bound = 0;
  }

  private void leave(Context context) {
    if (context.holds) {
      context.holds = false;
      free += context.pages;
      context.forcedAt = NEVER;
    }
  }

  private void tell() {
    Collections.shuffle(contexts, order);
    waiting.clear();
    holders.clear();
    for (Context context : contexts) {
      if (context.waits) {
        add(waiting, context, tick - context.since);
      } else if (context.holds) {
        add(holders, context, tick - (context.idle() ? context.since : context.held));
      }
    }
    Collections.sort(contexts, (a, b) -> Long.compare(a.id, b.id));
  }

  private static void add(PageBids rows, Context context, long ticks) {
    rows.add(
        context.id,
        (int) context.id,
        context.seniority,
        context.bid,
        context.pages,
        ticks,
        context.idle());
  }

  private Context find(long id) {
    for (Context context : contexts) {
      if (context.id == id) {
        return context;
      }
    }
    throw new AssertionError("no context " + id);
  }

  private void serve() {
    int asked = 0;
    while (true) {
      tell();
      if (waiting.size() == 0) {
        return;
      }
      if (++asked > 4 * contexts.size()) {
        throw new AssertionError("tick " + tick + ": claims evict each other without end");
      }
      int row = leases.next(waiting);
      Context next = find(waiting.context(row));
      boolean mayBeForced = isLeased(next) || contexts.stream().noneMatch(this::isLeased);
      boolean waited = tick - next.since > terms.waitMax() && mayBeForced;
      boolean forced = waited || isLeased(next);
      while (free < next.pages) {
        int victim = leases.victim(waiting, row, holders);
        if (victim == Residency.NONE) {
          return;
        }
        evict(find(holders.context(victim)), next, forced);
        tell();
        row = row(next.id);
      }
      free -= next.pages;
      next.waits = false;
      next.holds = true;
      next.held = tick;
      if (!isLeased(next) || waited) {
        next.forcedAt = waited ? tick : NEVER;
      }
      services++;
      trace = 31 * trace + next.id;
    }
  }

  private boolean isLeased(Context context) {
    return context.forcedAt != NEVER && tick - context.forcedAt < terms.leaseForced();
  }

  private int row(long id) {
    for (int row = 0; row < waiting.size(); row++) {
      if (waiting.context(row) == id) {
        return row;
      }
    }
    throw new AssertionError("claim " + id + " is gone");
  }

  private void evict(Context victim, Context by, boolean forced) {
    evictions++;
    trace = 31 * trace + victim.id;
    if (!victim.idle()) {
      if (isLeased(victim)) {
        throw new AssertionError("tick " + tick + ": " + victim.id + " lost a forced lease");
      }
      if (!forced && tick - victim.held < terms.leaseMin()) {
        throw new AssertionError("tick " + tick + ": " + victim.id + " left before its time");
      }
      if (!forced && by.bid < victim.bid) {
        throw new AssertionError("tick " + tick + ": " + by.id + " bids less than " + victim.id);
      }
    }
    leave(victim);
    if (!victim.idle()) {
      claim(victim);
    }
  }

  /** Pages are conserved, and nobody waits beyond the bound. */
  private void check() {
    int held = 0;
    for (Context context : contexts) {
      held += context.holds ? context.pages : 0;
    }
    if (held + free != frames || free < 0) {
      throw new AssertionError("tick " + tick + ": " + held + " held and " + free + " free");
    }
    for (Context context : contexts) {
      if (context.waits) {
        if (context.bound == 0) {
          context.bound = terms.waitMax() + (older(context) + 1L) * terms.leaseForced();
        }
        longestWait = Math.max(longestWait, tick - context.since);
        if (tick - context.since > context.bound) {
          throw new AssertionError(
              "tick " + tick + ": " + context.id + " waits longer than " + context.bound);
        }
      }
    }
  }

  private int older(Context context) {
    int older = 0;
    for (Context other : contexts) {
      older += other != context && other.waits && other.since <= context.since ? 1 : 0;
    }
    return older;
  }
}
