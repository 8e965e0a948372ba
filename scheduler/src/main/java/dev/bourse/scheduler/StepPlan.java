package dev.bourse.scheduler;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The batch of one step.
 *
 * @param grants at most one for each context, in the order in which they are computed
 */
public record StepPlan(List<Grant> grants) {
  public StepPlan {
    grants = List.copyOf(grants);
  }

  /** Tokens the step computes. */
  public int tokens() {
    return grants.stream().mapToInt(Grant::tokens).sum();
  }

  /**
   * Asserts what the engine relies on, whatever the policy: only contexts that asked are served,
   * none twice or beyond its demand or the chunk, never more than the step holds, and a step that
   * could compute something does.
   *
   * @throws IllegalStateException naming the grant that breaks a rule
   */
  public void check(List<Demand> demands, Capacity capacity) {
    Map<Long, Demand> asked = new HashMap<>();
    demands.forEach(demand -> asked.put(demand.context(), demand));
    Set<Long> served = new HashSet<>();
    for (Grant grant : grants) {
      Demand demand = asked.get(grant.context());
      if (demand == null || !served.add(grant.context())) {
        throw new IllegalStateException(grant + " is not one of the demands, or is granted twice");
      }
      if (grant.tokens() < 1 || grant.tokens() > Math.min(demand.tokens(), capacity.chunk())) {
        throw new IllegalStateException(grant + " does not fit " + demand + " and " + capacity);
      }
    }
    if (tokens() > capacity.tokenSlots()) {
      throw new IllegalStateException(tokens() + " tokens planned, but " + capacity);
    }
    if (grants.isEmpty() && !demands.isEmpty()) {
      throw new IllegalStateException(demands.size() + " contexts wait, but nothing is planned");
    }
  }
}
