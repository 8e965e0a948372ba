package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.FirstComeFirstServed;
import dev.bourse.scheduler.LongestPrefix;
import dev.bourse.scheduler.OldestFirst;
import dev.bourse.scheduler.Planner;
import dev.bourse.scheduler.Policy;
import dev.bourse.scheduler.VirtualTokenCounter;
import dev.bourse.scheduler.market.MarketConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The policies that are compared, by the names {@code --policy} takes. */
public final class Policies {
  /** Four full chunks: about what the paper found to keep both fairness and locality. */
  private static final int DEFICIT_QUANTUM = 512;

  /** Makes a policy for one run. */
  private interface Maker {
    PolicyRun make(Trace trace);
  }

  private static final Map<String, Maker> ALL = all();

  private Policies() {}

  private static Map<String, Maker> all() {
    Map<String, Maker> all = new LinkedHashMap<>();
    all.put(
        "market", trace -> SimulatedMarket.create(MarketConfig.DEFAULT, trace.tenants().size()));
    all.put("fcfs", trace -> free("fcfs", new FirstComeFirstServed()));
    all.put(
        "oldest",
        trace ->
            new PolicyRun(
                new Policy("oldest", new FirstComeFirstServed(), new OldestFirst()), Economy.NONE));
    all.put("vtc", trace -> free("vtc", new VirtualTokenCounter()));
    all.put("dlpm", trace -> free("dlpm", new LongestPrefix(DEFICIT_QUANTUM)));
    all.put("pie", trace -> PieRules.create(trace.tenants().size()));
    return all;
  }

  private static PolicyRun free(String name, Planner planner) {
    return new PolicyRun(new Policy(name, planner, new LeastRecentlyUsed()), Economy.NONE);
  }

  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  static PolicyRun create(String name, Trace trace) {
    @Nullable Maker policy = ALL.get(name);
    if (policy == null) {
      throw new IllegalArgumentException(
          "there is no policy \"%s\": use one of %s".formatted(name, String.join(", ", names())));
    }
    return policy.make(trace);
  }
}
