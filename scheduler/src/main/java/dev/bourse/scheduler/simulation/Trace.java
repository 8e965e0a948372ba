package dev.bourse.scheduler.simulation;

import java.util.List;

/**
 * Work to simulate, agent by agent: generated from a {@link Workload}, imported, or recorded.
 *
 * @param tenants who pay
 * @param prefixes beginnings that contexts share; the first is the empty one
 * @param agents in the order of their arrival
 * @param horizonMicros until when agents arrive
 */
public record Trace(
    List<Tenant> tenants, List<Prefix> prefixes, List<Agent> agents, long horizonMicros) {

  /**
   * One who pays.
   *
   * @param group of tenants it is one of
   * @param endowment its share of the dividends, relative to those of others
   * @param balance micro-credits it begins with
   */
  public record Tenant(String name, String group, long endowment, long balance) {}

  /**
   * Tokens that contexts begin with: a node of the tree of common beginnings.
   *
   * @param parent what comes before it, as an index: less than its own
   * @param tokens of it alone
   */
  public record Prefix(int parent, int tokens) {}

  /**
   * A process with one context.
   *
   * @param tenant who pays for it, an index
   * @param prefix what its context begins with, an index
   * @param value of each of its turns, credits
   * @param late part of its value that a turn keeps which takes more than twice as long as ideal
   * @param outputExpected tokens it thinks an answer has
   */
  public record Agent(
      long arrivalMicros,
      int tenant,
      int prefix,
      int value,
      double late,
      Bidding bidding,
      int outputExpected,
      List<Turn> turns) {

    /** The same, expecting other answers. */
    public Agent withOutputExpected(int tokens) {
      return new Agent(arrivalMicros, tenant, prefix, value, late, bidding, tokens, turns);
    }
  }

  /**
   * What an agent does between two pauses.
   *
   * @param prompt tokens that are given, at least 1
   * @param output tokens that are generated, one a step
   * @param gapMicros how long the agent waits for a tool after it
   */
  public record Turn(int prompt, int output, long gapMicros) {}

  /** Tokens of a prefix with all that comes before it. */
  public int prefixTokens(int prefix) {
    int tokens = 0;
    for (int at = prefix; at != 0; at = prefixes.get(at).parent()) {
      tokens += prefixes.get(at).tokens();
    }
    return tokens;
  }

  /** Pages that the contexts of all agents hold on average, if nothing ever waits. */
  double meanPages(EngineModel engine, double stretch) {
    double pageMicros = 0;
    for (Agent agent : agents) {
      int prefix = prefixTokens(agent.prefix());
      int tokens = prefix;
      for (int turn = 0; turn < agent.turns().size(); turn++) {
        Turn now = agent.turns().get(turn);
        double busy = stretch * engine.idealMicros(tokens, now.prompt(), now.output());
        tokens += now.prompt() + now.output();
        boolean last = turn == agent.turns().size() - 1;
        pageMicros += (busy + (last ? 0 : now.gapMicros())) * engine.pagesFor(tokens - prefix);
      }
    }
    double shared = 0;
    for (Prefix prefix : prefixes) {
      shared += engine.pagesFor(prefix.tokens());
    }
    return shared + pageMicros / horizonMicros;
  }

  /** Pages the largest context has in the end. */
  int maxPages(EngineModel engine) {
    int max = 1;
    for (Agent agent : agents) {
      int tokens = 0;
      for (Turn turn : agent.turns()) {
        tokens += turn.prompt() + turn.output();
      }
      int pages = engine.pagesFor(tokens) + engine.reserve();
      for (int at = agent.prefix(); at != 0; at = prefixes.get(at).parent()) {
        pages += engine.pagesFor(prefixes.get(at).tokens());
      }
      max = Math.max(max, pages);
    }
    return max;
  }
}
