package dev.bourse.scheduler.simulation;

import java.util.ArrayList;
import java.util.List;

/** Runs workloads under policies. */
public final class Simulation {
  private Simulation() {}

  /** One sample of a workload under a policy, by name. */
  public static RunResult run(Workload workload, String policy, long seed) {
    Trace trace = workload.trace(seed);
    return run(trace, workload.engineFor(trace), policy);
  }

  /** Given work on a given machine, under a policy. */
  public static RunResult run(Trace trace, EngineModel engine, String policy) {
    return new SimulatedEngine(trace, engine, Policies.create(policy, trace), false).run();
  }

  /** As many samples as there are seeds, from the first on. */
  public static List<RunResult> run(Workload workload, String policy, long firstSeed, int seeds) {
    List<RunResult> runs = new ArrayList<>();
    for (int seed = 0; seed < seeds; seed++) {
      runs.add(run(workload, policy, firstSeed + seed));
    }
    return runs;
  }
}
