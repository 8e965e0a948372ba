package dev.bourse.engine;

import dev.bourse.scheduler.FirstComeFirstServed;
import dev.bourse.scheduler.OldestFirst;
import dev.bourse.scheduler.Policy;
import dev.bourse.scheduler.market.Market;
import java.util.List;

/** The scheduling policies there are. */
public final class Policies {
  public static final String MARKET = "market";

  /** What {@code --policy} takes. */
  public static final List<String> NAMES = List.of(MARKET, "fcfs");

  private Policies() {}

  static void requireKnown(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "there is no policy \"" + name + "\": use one of " + String.join(", ", NAMES));
    }
  }

  static Policy create(String name, Market market) {
    return switch (name) {
      case MARKET -> new Policy(name, market, market);
      case "fcfs" -> new Policy(name, new FirstComeFirstServed(), new OldestFirst());
      default -> throw new IllegalArgumentException("there is no policy \"" + name + "\"");
    };
  }
}
