package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.FirstComeFirstServed;
import dev.bourse.scheduler.OldestFirst;
import dev.bourse.scheduler.Planner;
import dev.bourse.scheduler.Policy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The policies that are compared, by the names {@code --policy} takes. */
public final class Policies {
  private static final Map<String, Function<EngineModel, PolicyRun>> ALL = all();

  private Policies() {}

  private static Map<String, Function<EngineModel, PolicyRun>> all() {
    Map<String, Function<EngineModel, PolicyRun>> all = new LinkedHashMap<>();
    all.put("fcfs", engine -> free("fcfs", new FirstComeFirstServed()));
    return all;
  }

  private static PolicyRun free(String name, Planner planner) {
    return new PolicyRun(new Policy(name, planner, new OldestFirst()), Economy.NONE);
  }

  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  static PolicyRun create(String name, EngineModel engine) {
    Function<EngineModel, PolicyRun> policy = ALL.get(name);
    if (policy == null) {
      throw new IllegalArgumentException(
          "there is no policy \"%s\": use one of %s".formatted(name, String.join(", ", names())));
    }
    return policy.apply(engine);
  }
}
