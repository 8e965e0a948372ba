package dev.bourse.engine;

import dev.bourse.scheduler.Capacity;
import dev.bourse.scheduler.FirstComeFirstServed;
import dev.bourse.scheduler.Planner;

/**
 * How an engine is set up.
 *
 * @param pageTokens slots a KV page: 8, 16 or 32
 * @param kvTokens slots the page pool holds together, rounded up to whole pages
 * @param stepTokens tokens one step computes at most
 * @param chunkTokens tokens of one context one step computes at most
 * @param seed what samplers without a seed of their own start from
 * @param policy the name of the scheduling policy
 */
public record EngineConfig(
    int pageTokens, int kvTokens, int stepTokens, int chunkTokens, long seed, String policy) {
  public EngineConfig {
    if (kvTokens < pageTokens) {
      throw new IllegalArgumentException(
          "a KV cache of " + kvTokens + " tokens is less than a page of " + pageTokens);
    }
    new Capacity(stepTokens, chunkTokens);
    planner(policy);
  }

  /** Pages of 16 tokens, steps of 256 tokens with chunks of 128, FCFS. */
  public static EngineConfig defaults(int kvTokens) {
    return new EngineConfig(16, kvTokens, 256, 128, 0, "fcfs");
  }

  public EngineConfig withPageTokens(int pageTokens) {
    return new EngineConfig(pageTokens, kvTokens, stepTokens, chunkTokens, seed, policy);
  }

  public EngineConfig withStep(int stepTokens, int chunkTokens) {
    return new EngineConfig(pageTokens, kvTokens, stepTokens, chunkTokens, seed, policy);
  }

  public EngineConfig withSeed(long seed) {
    return new EngineConfig(pageTokens, kvTokens, stepTokens, chunkTokens, seed, policy);
  }

  Capacity capacity() {
    return new Capacity(stepTokens, chunkTokens);
  }

  Planner newPlanner() {
    return planner(policy);
  }

  private static Planner planner(String policy) {
    if (policy.equals("fcfs")) {
      return new FirstComeFirstServed();
    }
    throw new IllegalArgumentException("there is no policy \"" + policy + "\": use fcfs");
  }
}
