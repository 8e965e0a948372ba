package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.simulation.Trace.Agent;
import dev.bourse.scheduler.simulation.Trace.Turn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * More value than any policy can have done on time while agents arrive, even one that knows the
 * future: the optimum of a linear program that is easier than the problem.
 *
 * <p><b>The program.</b> Choose a part 0 ≤ xᵢ ≤ 1 of each turn to maximize Σ vᵢ·xᵢ. A turn cannot
 * begin before eᵢ, which is when it would if all turns before it took the ideal time; and must be
 * done by the horizon H. So whatever is chosen of the turns with eᵢ ≥ t must fit between t and H,
 * for every t: Σ wᵢ·xᵢ ≤ H − t.
 *
 * <p><b>Two resources,</b> and the lesser optimum counts. Of time: wᵢ is what a turn takes of steps
 * that are all full. Of memory: wᵢ is the pages it has of its own when it begins times the ideal
 * time of its prompt, and those with its prompt times that of its answer; the right side is
 * multiplied by the pool. For a turn has these pages in memory for as long at least.
 *
 * <p><b>What is relaxed.</b> Turns divide; they run at any rate from any moment on; only the
 * horizon is a deadline, not twice the ideal time; prefixes are in memory, computed, and take no
 * pages; pages come and go in no time; the two resources need not be used at once. So the bound is
 * never too low, and may be well above what can be done.
 *
 * <p><b>Cost.</b> The constraints are a chain, so that the greedy choice by vᵢ/wᵢ is optimal (a
 * polymatroid; Edmonds 1970): O(n²) for n turns.
 */
final class OfflineBound {
  private record Part(double earliest, double work, int value) {}

  private OfflineBound() {}

  /** Credits a second, at most. */
  static double valueOnTime(Trace trace, EngineModel engine) {
    List<Part> time = new ArrayList<>();
    List<Part> memory = new ArrayList<>();
    for (Agent agent : trace.agents()) {
      double earliest = agent.arrivalMicros();
      int prefix = trace.prefixTokens(agent.prefix());
      int before = prefix;
      for (Turn turn : agent.turns()) {
        long ideal = engine.idealMicros(before, turn.prompt(), turn.output());
        double work = engine.workMicros(before, turn.prompt(), turn.output());
        long prefill = engine.idealMicros(before, turn.prompt(), 0);
        int prompt = before - prefix + turn.prompt();
        double pageMicros =
            (double) prefill * engine.pagesFor(before - prefix)
                + (double) (ideal - prefill) * engine.pagesFor(prompt);
        if (earliest + ideal <= trace.horizonMicros()) {
          time.add(new Part(earliest, work, agent.value()));
          memory.add(new Part(earliest, pageMicros / engine.pages(), agent.value()));
        }
        earliest += ideal + turn.gapMicros();
        before += turn.prompt() + turn.output();
      }
    }
    double horizon = trace.horizonMicros();
    return Math.min(greedy(time, horizon), greedy(memory, horizon)) / (horizon / 1e6);
  }

  private static double greedy(List<Part> parts, double horizon) {
    // Room that is left between each earliest time and the horizon, in the order of these times.
    List<Part> byTime = new ArrayList<>(parts);
    byTime.sort(Comparator.comparingDouble(Part::earliest));
    double[] room = new double[byTime.size()];
    for (int at = 0; at < room.length; at++) {
      room[at] = horizon - byTime.get(at).earliest();
    }
    List<Integer> byDensity = new ArrayList<>();
    for (int at = 0; at < room.length; at++) {
      byDensity.add(at);
    }
    byDensity.sort(
        Comparator.comparingDouble(
            at -> byTime.get(at).work() / Math.max(byTime.get(at).value(), 1e-9)));
    double value = 0;
    for (int at : byDensity) {
      Part part = byTime.get(at);
      double least = part.work();
      for (int earlier = 0; earlier <= at; earlier++) {
        least = Math.min(least, room[earlier]);
      }
      for (int earlier = 0; earlier <= at; earlier++) {
        room[earlier] -= least;
      }
      value += part.work() == 0 ? part.value() : part.value() * least / part.work();
    }
    return value;
  }
}
