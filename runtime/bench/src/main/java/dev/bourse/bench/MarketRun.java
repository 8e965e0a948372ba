package dev.bourse.bench;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.EngineProcess;
import dev.bourse.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Agents that share an engine under one policy, and what each of them takes alone. */
final class MarketRun {
  /**
   * What a run was like.
   *
   * @param slowdowns of turns by class: the ticks a turn took over the steps it takes alone
   * @param onTime the part of all value whose turns took at most twice the steps they take alone
   * @param wallSlowdown of all turns, in seconds
   * @param tokensPerSecond of prompts and answers
   * @param worstWait the most steps that passed for a token in which its context was not served
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
  record Result(
      double[][] slowdowns,
      double onTime,
      double wallSlowdown,
      double tokensPerSecond,
      long evictions,
      long restored,
      long recomputed,
      long worstWait) {}

  /** How an engine is asked to serve them. */
  record Policy(String label, String name, boolean bids) {}

  private static final long ON_TIME = 2;

  private final Model model;
  private EngineConfig config;
  private final List<Agent> agents;
  private final long[] arrivals;
  private int peakPages;
  private final List<List<Agent.Played>> alone = new ArrayList<>();

  /**
   * @param config of the contended runs
   */
  MarketRun(Model model, EngineConfig config, List<Agent> agents) {
    this.model = model;
    this.config = config;
    this.agents = agents;
    this.arrivals = new long[agents.size()];
  }

  /**
   * Plays every agent alone, with as much memory as it wants.
   *
   * @param rounds of which the fastest counts, turn by turn
   */
  void alone(int rounds) throws InterruptedException, ExecutionException {
    alone.clear();
    try (Engine engine = Engine.start(model, config.withPolicy("fcfs"))) {
      for (Agent agent : agents) {
        List<Agent.Played> best = null;
        for (int round = 0; round < rounds; round++) {
          // A user of its own finds nothing that was computed before.
          String user = "agent " + agent.number() + ", round " + round;
          try (EngineProcess process = engine.openProcess("alone", user, 1)) {
            List<Agent.Played> played =
                agent.play(engine, process, false, false, config.chunkTokens());
            best = best == null ? played : faster(best, played);
          }
        }
        alone.add(best);
      }
    }
  }

  private static List<Agent.Played> faster(List<Agent.Played> some, List<Agent.Played> others) {
    List<Agent.Played> fastest = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      fastest.add(some.get(i).nanos() <= others.get(i).nanos() ? some.get(i) : others.get(i));
    }
    return fastest;
  }

  /**
   * Has the pool hold half of the pages that were in use at once while all had what they wanted.
   *
   * @return its tokens
   */
  int halveMemory() throws InterruptedException, ExecutionException {
    together(new Policy("with enough memory", "fcfs", false));
    int tokens = peakPages * config.pageTokens() / 2;
    config = EngineConfig.defaults(tokens).withStep(config.stepTokens(), config.chunkTokens());
    return tokens;
  }

  /** Agents come at random, within some ticks. */
  void arriveWithin(int ticks, long seed) {
    Random random = new Random(seed);
    Arrays.setAll(arrivals, i -> random.nextInt(ticks));
  }

  /**
   * Plays all agents.
   *
   * @throws IllegalStateException if one gets other tokens than alone
   */
  Result together(Policy policy) throws InterruptedException, ExecutionException {
    try (Engine engine = Engine.start(model, config.withPolicy(policy.name));
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<EngineProcess> processes = new ArrayList<>();
      List<Future<List<Agent.Played>>> playing = new ArrayList<>();
      long begin = System.nanoTime();
      for (Agent agent : agents) {
        EngineProcess process = engine.openProcess("agent " + agent.number(), agent.tenant(), 4);
        processes.add(process);
        playing.add(
            executor.submit(
                () -> {
                  Agent.pause(engine, arrivals[agent.number()]);
                  return agent.play(engine, process, policy.bids, true, config.chunkTokens());
                }));
      }
      List<List<Agent.Played>> played = new ArrayList<>();
      peakPages = 0;
      for (Future<List<Agent.Played>> one : playing) {
        while (!one.isDone()) {
          Engine.PageUse use = engine.pageUse();
          peakPages = Math.max(peakPages, use.pages() - use.free());
          Thread.sleep(5);
        }
        played.add(one.get());
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      engine.check();
      requireSameTokens(policy, played);
      return result(engine, processes, played, seconds);
    }
  }

  private void requireSameTokens(Policy policy, List<List<Agent.Played>> played) {
    for (Agent agent : agents) {
      for (int turn = 0; turn < agent.turns().size(); turn++) {
        int[] got = played.get(agent.number()).get(turn).answer();
        int[] wanted = alone.get(agent.number()).get(turn).answer();
        if (!Arrays.equals(got, wanted)) {
          throw new IllegalStateException(
              "under %s agent %d was answered %s in turn %d, and alone %s"
                  .formatted(
                      policy.label,
                      agent.number(),
                      Arrays.toString(got),
                      turn,
                      Arrays.toString(wanted)));
        }
      }
    }
  }

  private Result result(
      Engine engine,
      List<EngineProcess> processes,
      List<List<Agent.Played>> played,
      double seconds) {
    List<List<Double>> slowdowns = new ArrayList<>();
    for (int i = 0; i < Agent.VALUES.length; i++) {
      slowdowns.add(new ArrayList<>());
    }
    List<Double> wall = new ArrayList<>();
    double value = 0;
    double onTime = 0;
    long worst = 0;
    for (Agent agent : agents) {
      for (int turn = 0; turn < agent.turns().size(); turn++) {
        Agent.Played one = played.get(agent.number()).get(turn);
        Agent.Played ideal = alone.get(agent.number()).get(turn);
        double slowdown = (double) one.ticks() / ideal.steps();
        wall.add((double) one.nanos() / ideal.nanos());
        slowdowns.get(Arrays.binarySearch(Agent.VALUES, agent.value())).add(slowdown);
        value += agent.value();
        onTime += slowdown <= ON_TIME ? agent.value() : 0;
        worst = Math.max(worst, one.waitedSteps());
      }
    }
    int tokens = agents.stream().mapToInt(Agent::tokens).sum();
    return new Result(
        slowdowns.stream()
            .map(all -> all.stream().mapToDouble(Double::doubleValue).toArray())
            .toArray(double[][]::new),
        onTime / value,
        wall.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
        tokens / seconds,
        engine.market().evictions(),
        processes.stream().mapToLong(process -> process.usage().restoredTokens()).sum(),
        processes.stream().mapToLong(process -> process.usage().recomputedTokens()).sum(),
        worst);
  }
}
