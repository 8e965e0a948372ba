package dev.bourse.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * First come, first served: the baseline every other policy is compared with.
 *
 * <p>Decodes go first, in order of arrival, because each costs one slot and somebody reads along;
 * what they leave goes to prompts in order of arrival, a chunk each. A prompt is never starved: the
 * last slot of a step is kept for the oldest one, however many decodes there are.
 *
 * <p>Cost: sorting the demands. Guarantee: the oldest prompt progresses in every step; a decode
 * waits at most ⌈decodes ÷ (slots − 1)⌉ steps when all arrive together, because a context that is
 * served comes back with a later arrival.
 */
public final class FirstComeFirstServed implements Planner {
  @Override
  public String name() {
    return "fcfs";
  }

  @Override
  public StepPlan plan(List<Demand> demands, Capacity capacity) {
    List<Demand> queue = new ArrayList<>(demands);
    queue.sort(Comparator.comparingLong(Demand::arrival).thenComparingLong(Demand::context));
    boolean promptWaits = queue.stream().anyMatch(FirstComeFirstServed::isPrompt);
    boolean onlyPrompts = queue.stream().allMatch(FirstComeFirstServed::isPrompt);
    int kept = promptWaits && !onlyPrompts && capacity.tokenSlots() > 1 ? 1 : 0;

    List<Grant> grants = new ArrayList<>();
    int left = serve(queue, false, capacity.tokenSlots() - kept, capacity.chunk(), grants) + kept;
    serve(queue, true, left, capacity.chunk(), grants);
    return new StepPlan(grants);
  }

  private static int serve(
      List<Demand> queue, boolean prompts, int slots, int chunk, List<Grant> grants) {
    int left = slots;
    for (Demand demand : queue) {
      if (left > 0 && isPrompt(demand) == prompts) {
        int tokens = Math.min(Math.min(demand.tokens(), chunk), left);
        grants.add(new Grant(demand.context(), tokens));
        left -= tokens;
      }
    }
    return left;
  }

  private static boolean isPrompt(Demand demand) {
    return demand.tokens() > 1;
  }
}
