package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.Planner;
import dev.bourse.scheduler.Residency;
import dev.bourse.scheduler.StepPlan;
import dev.bourse.scheduler.market.SharedPages;
import dev.bourse.scheduler.simulation.SimulatedContext.State;
import dev.bourse.scheduler.simulation.Trace.Agent;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The engine in discrete steps: plan → compute → settle, where computing is an addition to the
 * clock.
 *
 * <p>An agent's turn begins when it arrives or its tool has answered. Its context claims the frames
 * it lacks; claims are served one at a time, in the order the {@link Residency} says, by free
 * frames, by prefixes nobody holds, and by having others leave. What had been spilled is read back;
 * what had been dropped is computed again. Then it demands slots until its turn is done. Prefixes
 * are computed by one context at a time, and found by all others.
 */
final class SimulatedEngine {
  private static final long TICK_MICROS = 1_000;

  /** Ticks in which nothing happens after which nothing will. */
  private static final int STUCK_MAX = 100_000;

  private final Trace trace;
  private final EngineModel engine;
  private final Planner planner;
  private final Residency residency;
  private final Economy economy;
  private final Bidder bidder;
  private final boolean checked;
  private final List<SimulatedContext> contexts = new ArrayList<>();
  private final List<SimulatedContext> live = new ArrayList<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final List<SimulatedContext> claiming = new ArrayList<>();
  private final List<SimulatedContext> ready = new ArrayList<>();
  private final List<SimulatedContext> demanding = new ArrayList<>();
  private final List<SimulatedContext> holding = new ArrayList<>();
  private final List<PrefixNode> fillings = new ArrayList<>();
  private final Demands demands = new Demands();
  private final StepPlan plan = new StepPlan();
  private final PageBids waiting = new PageBids();
  private final PageBids holders = new PageBids();
  private final WaitWatch waits;
  private final SharedPages pages = new SharedPages();
  private final SimulatedMemory memory;
  private final int[] accounts;
  private final long[] slotsPaid;
  private final TurnLog log = new TurnLog();
  private final Counters counters = new Counters();
  private long now;
  private long tick;
  private long chargedUntil;
  private long step;
  private long sequence;
  private int stuck;

  /** A time at which a context goes on; the earlier to be made comes first. */
  private record Event(long micros, long number, SimulatedContext context)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return micros != other.micros
          ? Long.compare(micros, other.micros)
          : Long.compare(number, other.number);
    }
  }

  /**
   * An engine for one run.
   *
   * @param engine with pages for the largest context at least
   * @param checked whether the laws are checked in every step, not just now and then
   */
  SimulatedEngine(Trace trace, EngineModel engine, PolicyRun policy, boolean checked) {
    this.trace = trace;
    this.engine = engine;
    this.planner = policy.policy().planner();
    this.residency = policy.policy().residency();
    this.economy = policy.economy();
    this.bidder = new Bidder(engine, economy);
    this.checked = checked;
    this.waits = new WaitWatch(engine.slots());
    List<PrefixNode> nodes = new ArrayList<>();
    trace
        .prefixes()
        .forEach(
            prefix ->
                nodes.add(
                    new PrefixNode(
                        nodes.isEmpty() ? null : nodes.get(prefix.parent()),
                        prefix.tokens(),
                        engine)));
    this.memory = new SimulatedMemory(engine, nodes);
    this.accounts = new int[trace.tenants().size()];
    this.slotsPaid = new long[accounts.length];
    for (int tenant = 0; tenant < accounts.length; tenant++) {
      accounts[tenant] = economy.open(tenant, trace.tenants().get(tenant));
    }
    for (Agent agent : trace.agents()) {
      SimulatedContext context =
          new SimulatedContext(
              contexts.size(), agent, accounts[agent.tenant()], path(agent.prefix(), nodes));
      contexts.add(context);
      events.add(new Event(agent.arrivalMicros(), events.size(), context));
    }
    sequence = events.size();
  }

  private static PrefixNode[] path(int prefix, List<PrefixNode> nodes) {
    List<PrefixNode> path = new ArrayList<>();
    for (@Nullable PrefixNode at = nodes.get(prefix); at != null; at = at.parent) {
      if (at.pages > 0) {
        path.addFirst(at);
      }
    }
    return path.toArray(PrefixNode[]::new);
  }

  /** Runs until every agent has ended. */
  RunResult run() {
    while (!events.isEmpty() || !ready.isEmpty() || !claiming.isEmpty()) {
      release();
      serveClaims();
      charge();
      if (!step()) {
        idle();
      }
      if (checked || step % 1024 == 0) {
        check();
      }
    }
    check();
    return new RunResult(trace, engine, log, counters.finish(memory, waits, step, now), accounts());
  }

  private List<RunResult.Account> accounts() {
    List<RunResult.Account> all = new ArrayList<>();
    for (int account : accounts) {
      all.add(
          new RunResult.Account(
              economy.balance(account), slotsPaid[account], economy.rentPaid(account)));
    }
    return all;
  }

  // Time.

  /** Lets those go on whose time has come. */
  private void release() {
    while (!events.isEmpty() && events.element().micros() <= now) {
      Event event = events.remove();
      SimulatedContext context = event.context();
      if (context.state == State.LOADING) {
        makeReady(context);
      } else {
        beginTurn(context, event.micros());
      }
    }
  }

  private void beginTurn(SimulatedContext context, long begin) {
    if (context.turnIndex < 0) {
      live.add(context);
      economy.began(context.account);
    }
    context.beginTurn(sequence++, begin, engine);
    context.turnTick = tick;
    claim(context);
  }

  private void idle() {
    if (events.isEmpty() && claiming.isEmpty()) {
      return;
    }
    // Those who wait become older, and may have others leave then.
    long next = claiming.isEmpty() ? Long.MAX_VALUE : now + TICK_MICROS;
    if (!events.isEmpty()) {
      stuck = 0;
      next = Math.max(now, Math.min(next, events.element().micros()));
    } else if (++stuck > STUCK_MAX) {
      throw new IllegalStateException(
          claiming.size() + " contexts wait for memory that nobody will free");
    }
    tick += Math.max(1, (next - now) / TICK_MICROS);
    counters.idle(next - now);
    now = next;
  }

  // Memory.

  private void claim(SimulatedContext context) {
    context.state = State.CLAIMING;
    context.claimedAt = tick;
    claiming.add(context);
  }

  private void serveClaims() {
    while (!claiming.isEmpty()) {
      // Nobody has to be asked whose claim comes first if all can be served.
      boolean simple = claiming.size() == 1 && fits(claiming.getFirst());
      int claim = simple ? 0 : nextClaim();
      SimulatedContext context = claiming.get(claim);
      while (!fits(context)) {
        if (!makeRoom(context, claim)) {
          return;
        }
      }
      claiming.remove(claim);
      grant(context);
    }
  }

  private boolean fits(SimulatedContext context) {
    return memory.missing(context) <= memory.available(context);
  }

  private int nextClaim() {
    listWaiting();
    return residency.next(waiting);
  }

  private void listWaiting() {
    waiting.clear();
    for (SimulatedContext context : claiming) {
      waiting.add(
          context.number,
          context.account,
          context.number,
          bidder.pageBid(context, now),
          memory.missing(context) + context.frames,
          tick - context.claimedAt,
          false);
    }
  }

  private boolean makeRoom(SimulatedContext context, int claim) {
    listHolders(context);
    int row = residency.victim(waiting, claim, holders);
    if (row == Residency.NONE) {
      return false;
    }
    leave(holding.get(row));
    return true;
  }

  /** Lists who could leave for a claim. */
  private void listHolders(SimulatedContext claimant) {
    holders.clear();
    holding.clear();
    for (SimulatedContext context : live) {
      boolean busy = context.state == State.LOADING;
      if (context.inMemory && !context.equals(claimant) && !busy) {
        boolean idle = context.state == State.PAUSED || context.state == State.CLAIMING;
        holding.add(context);
        holders.add(
            context.number,
            context.account,
            context.number,
            bidder.pageBid(context, now),
            memory.freedBy(context),
            tick - context.since,
            idle);
      }
    }
  }

  private void leave(SimulatedContext context) {
    memory.evict(context, now, tick);
    if (context.state == State.READY) {
      ready.remove(context);
      claim(context);
    }
  }

  private void grant(SimulatedContext context) {
    if (memory.take(context, now, tick)) {
      context.state = State.LOADING;
      events.add(new Event(memory.channelFreeAt(), sequence++, context));
    } else {
      makeReady(context);
    }
  }

  private void makeReady(SimulatedContext context) {
    context.state = State.READY;
    context.since = tick;
    context.lastServedStep = step;
    ready.add(context);
  }

  // The step.

  private boolean step() {
    demand();
    if (demands.size() == 0) {
      return false;
    }
    planner.plan(demands, engine.slots(), plan);
    plan.check(demands, engine.slots());
    long read = 0;
    for (int grant = 0; grant < plan.size(); grant++) {
      read += demanding.get(plan.row(grant)).computed + plan.tokens(grant);
    }
    long micros = engine.stepMicros(plan.tokens(), read);
    now += micros;
    tick++;
    step++;
    counters.step(plan.tokens(), micros);
    for (int grant = 0; grant < plan.size(); grant++) {
      settle(demanding.get(plan.row(grant)), plan.tokens(grant));
    }
    planner.settle(demands, plan);
    for (int grant = 0; grant < plan.size(); grant++) {
      slotsPaid[demands.account(plan.row(grant))] += plan.payment(grant);
    }
    return true;
  }

  private void demand() {
    demands.clear();
    demanding.clear();
    for (int at = 0; at < ready.size(); at++) {
      SimulatedContext context = ready.get(at);
      @Nullable PrefixNode missing = find(context);
      if (missing == null) {
        demand(context);
      } else if (missing.filler == null) {
        missing.filler = context;
        fillings.add(missing);
      } else if (context.turn < missing.filler.turn) {
        missing.filler = context;
      }
    }
    for (int at = 0; at < fillings.size(); at++) {
      SimulatedContext filler = fillings.get(at).filler;
      fillings.get(at).filler = null;
      if (filler != null) {
        demand(filler);
      }
    }
    fillings.clear();
    waits.look(demanding, step);
  }

  /** Takes over what others computed; returns the node it would have to go on computing. */
  private @Nullable PrefixNode find(SimulatedContext context) {
    if (context.computed >= context.prefixTokens) {
      context.computed = Math.max(context.computed, context.kept);
      return null;
    }
    for (PrefixNode node : context.path) {
      if (node.computed > context.computed) {
        counters.cachedTokens += node.computed - context.computed;
        context.computed = node.computed;
        context.high = Math.max(context.high, context.computed);
      }
      if (!node.isComputed()) {
        return node;
      }
    }
    context.computed = Math.max(context.computed, context.kept);
    return null;
  }

  private void demand(SimulatedContext context) {
    if (context.demandedStep < step - 1) {
      context.lastServedStep = step;
    }
    context.demandedStep = step;
    int waited = (int) (step - context.lastServedStep);
    context.worstWait = Math.max(context.worstWait, waited);
    demanding.add(context);
    demands.add(
        context.number,
        context.account,
        context.turn,
        context.wanted(engine.chunk()),
        bidder.slotBid(context, now),
        waited,
        context.computed);
  }

  private void settle(SimulatedContext context, int tokens) {
    waits.served(context, step - 1);
    context.lastServedStep = step;
    int to = context.computed + tokens;
    counters.recomputedTokens += Math.max(0, Math.min(to, context.high) - context.computed);
    if (context.computed < context.prefixTokens) {
      for (PrefixNode node : context.path) {
        if (to > node.computed && context.computed < node.end) {
          int computed = Math.min(to, node.end);
          // What its first context computes again was found by nobody else.
          int again = Math.min(computed, node.high) - Math.max(node.computed, context.high);
          counters.recomputedTokens += Math.max(0, again);
          node.computed = computed;
          node.high = Math.max(node.high, computed);
        }
      }
    }
    context.computed = to;
    context.kept = Math.max(context.kept, to);
    context.high = Math.max(context.high, to);
    if (context.prefillLeft() == 0 && context.computed >= context.end) {
      endTurn(context);
    } else if (!context.hasRoom(engine)) {
      ready.remove(context);
      claim(context);
    }
  }

  private void endTurn(SimulatedContext context) {
    ready.remove(context);
    log.add(context, now);
    economy.turnEnded(context, tick - context.turnTick);
    if (context.hasMoreTurns()) {
      context.state = State.PAUSED;
      context.since = tick;
      events.add(new Event(now + context.turnNow().gapMicros(), sequence++, context));
    } else {
      context.state = State.ENDED;
      memory.discard(context, now, tick);
      live.remove(context);
      economy.ended(context.account);
    }
  }

  // Money and laws.

  /** Has those pay that hold pages, once all were served that could be. */
  private void charge() {
    int ticks = (int) (tick - chargedUntil);
    chargedUntil = tick;
    counters.memory(memory.pagesInUse(), ticks);
    if (economy.takesMoney()) {
      listWaiting();
      pages.clear();
      if (!claiming.isEmpty()) {
        memory.list(pages);
        for (SimulatedContext context : live) {
          if (context.inMemory) {
            int leaf = context.path.length - 1;
            pages.addContext(
                context.account,
                leaf < 0 ? SharedPages.NONE : context.path[leaf].segment,
                context.frames,
                bidder.pageBid(context, now));
          }
        }
      }
      economy.passed(ticks, waiting, pages);
    }
  }

  private void check() {
    memory.check(live);
    economy.check();
  }
}
