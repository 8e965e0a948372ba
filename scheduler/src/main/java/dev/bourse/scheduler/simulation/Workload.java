package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.simulation.Trace.Agent;
import dev.bourse.scheduler.simulation.Trace.Prefix;
import dev.bourse.scheduler.simulation.Trace.Tenant;
import dev.bourse.scheduler.simulation.Trace.Turn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A kind of work, of which every seed gives another sample.
 *
 * @param name of it
 * @param description what it is meant to show
 * @param seconds in which agents arrive
 * @param load offered to the engine: the work that arrives over what full steps would do
 * @param memoryLoad pages that contexts would hold if nothing waited, over those of the pool; 0 for
 *     a pool that holds everything
 * @param engine the machine
 * @param tenants in groups
 */
public record Workload(
    String name,
    String description,
    int seconds,
    double load,
    double memoryLoad,
    EngineModel engine,
    List<TenantGroup> tenants) {
  /** Micro-credits of a credit. */
  static final long CREDIT = 1_000_000;

  /** Pages of a pool that holds everything. */
  private static final int UNLIMITED = Integer.MAX_VALUE / 2;

  /** How much longer turns take at work than alone, when the size of the pool is reckoned. */
  private static final double STRETCH = 1.5;

  /** A minute at 80% load, in a pool that holds everything. */
  public static final Workload DEFAULT =
      new Workload("", "", 60, 0.8, 0, EngineModel.DEFAULT, List.of(TenantGroup.DEFAULT));

  public Workload {
    tenants = List.copyOf(tenants);
  }

  public Workload withLoad(double newLoad) {
    return new Workload(name, description, seconds, newLoad, memoryLoad, engine, tenants);
  }

  public Workload withSeconds(int newSeconds) {
    return new Workload(name, description, newSeconds, load, memoryLoad, engine, tenants);
  }

  public Workload withTenants(List<TenantGroup> groups) {
    return new Workload(name, description, seconds, load, memoryLoad, engine, groups);
  }

  /** Everything that is wrong with it, in words for its author; empty if it can be run. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (seconds < 1) {
      problems.add("seconds is %d: it must be at least 1".formatted(seconds));
    }
    if (!(load > 0 && load <= 10)) {
      problems.add("load is %s: it must be above 0 and at most 10".formatted(load));
    }
    if (!(memoryLoad >= 0 && memoryLoad <= 100)) {
      problems.add("memory-load is %s: it must be between 0 and 100".formatted(memoryLoad));
    }
    if (memoryLoad > 0 && engine.pages() > 0) {
      problems.add("memory-load and engine.pages both say how large the pool is: give one of them");
    }
    if (tenants.isEmpty()) {
      problems.add("tenants is empty: there must be at least one group");
    }
    engine.problems(problems);
    tenants.forEach(group -> group.problems(problems));
    return problems;
  }

  /** The work of one seed. Arrivals are a Poisson process, given how much work arrives. */
  public Trace trace(long seed) {
    List<String> problems = problems();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(name + ": " + String.join("; ", problems));
    }
    SplittableRandom random = new SplittableRandom(seed);
    List<Tenant> payers = new ArrayList<>();
    List<Prefix> prefixes = new ArrayList<>(List.of(new Prefix(0, 0)));
    List<Agent> agents = new ArrayList<>();
    double shares = 0;
    for (TenantGroup group : tenants) {
      shares += group.share();
    }
    for (TenantGroup group : tenants) {
      double work = load * seconds * 1e6 * group.share() / shares;
      addGroup(group, work, random, payers, prefixes, agents);
    }
    agents.sort(Comparator.comparingLong(Agent::arrivalMicros));
    return new Trace(payers, prefixes, agents, seconds * 1_000_000L);
  }

  private void addGroup(
      TenantGroup group,
      double workMicros,
      SplittableRandom random,
      List<Tenant> payers,
      List<Prefix> prefixes,
      List<Agent> agents) {
    int firstTenant = payers.size();
    List<List<Integer>> beginnings = new ArrayList<>();
    for (int tenant = 0; tenant < group.count(); tenant++) {
      payers.add(
          new Tenant(
              group.name() + "-" + (tenant + 1),
              group.name(),
              group.endowment(),
              group.balance() * CREDIT));
      beginnings.add(beginnings(group, random, prefixes));
    }
    double left = workMicros;
    for (int number = 0; left > 0; number++) {
      int tenant = number % group.count();
      List<Integer> choice = beginnings.get(tenant);
      Agent agent =
          new Agent(
              random.nextLong(seconds * 1_000_000L),
              firstTenant + tenant,
              choice.get(random.nextInt(choice.size())),
              value(group, random),
              group.late(),
              group.bidding(),
              (int) Math.max(1, group.output().mean()),
              turns(group, random));
      agents.add(agent);
      left -= work(agent, prefixes);
    }
  }

  private List<Integer> beginnings(
      TenantGroup group, SplittableRandom random, List<Prefix> prefixes) {
    int system = 0;
    if (group.system() > 0) {
      system = prefixes.size();
      prefixes.add(new Prefix(0, group.system()));
    }
    List<Integer> beginnings = new ArrayList<>();
    for (int prefix = 0; prefix < group.prefixes(); prefix++) {
      int tokens = (int) group.prefix().draw(random);
      if (tokens > 0) {
        beginnings.add(prefixes.size());
        prefixes.add(new Prefix(system, tokens));
      }
    }
    return beginnings.isEmpty() ? List.of(system) : beginnings;
  }

  private static int value(TenantGroup group, SplittableRandom random) {
    double sum = 0;
    for (double weight : group.weights()) {
      sum += weight;
    }
    double drawn = random.nextDouble() * sum;
    for (int at = 0; at < group.values().size(); at++) {
      drawn -= group.weights().get(at);
      if (drawn < 0) {
        return group.values().get(at);
      }
    }
    return group.values().getLast();
  }

  private static List<Turn> turns(TenantGroup group, SplittableRandom random) {
    List<Turn> turns = new ArrayList<>();
    long count = group.turns().draw(random);
    for (int turn = 0; turn < count; turn++) {
      Distribution prompt = turn == 0 ? group.firstPrompt() : group.prompt();
      turns.add(
          new Turn(
              (int) prompt.draw(random),
              (int) group.output().draw(random),
              1_000 * group.gapMillis().draw(random)));
    }
    return turns;
  }

  private double work(Agent agent, List<Prefix> prefixes) {
    int tokens = 0;
    for (int at = agent.prefix(); at != 0; at = prefixes.get(at).parent()) {
      tokens += prefixes.get(at).tokens();
    }
    double work = 0;
    for (Turn turn : agent.turns()) {
      work += engine.workMicros(tokens, turn.prompt(), turn.output());
      tokens += turn.prompt() + turn.output();
    }
    return work;
  }

  /** The machine for a sample of the work, with the pages that {@code memoryLoad} asks for. */
  public EngineModel engineFor(Trace trace) {
    int largest = trace.maxPages(engine);
    if (engine.pages() > 0) {
      if (engine.pages() < largest) {
        throw new IllegalArgumentException(
            "%s: the pool has %d pages and one context needs %d: give engine.pages more"
                .formatted(name, engine.pages(), largest));
      }
      return engine;
    }
    if (memoryLoad == 0) {
      return engine.withPages(UNLIMITED);
    }
    double pages = trace.meanPages(engine, STRETCH) / memoryLoad;
    return engine.withPages((int) Math.clamp(pages, largest, UNLIMITED));
  }
}
