package dev.bourse.engine;

import dev.bourse.scheduler.FirstComeFirstServed;
import dev.bourse.scheduler.LongestPrefix;
import dev.bourse.scheduler.OldestFirst;
import dev.bourse.scheduler.Policy;
import dev.bourse.scheduler.VirtualTokenCounter;
import dev.bourse.scheduler.market.Ledger;
import dev.bourse.scheduler.market.Market;
import java.util.List;
import java.util.function.IntToLongFunction;

/** The scheduling policies there are. */
public final class Policies {
  public static final String MARKET = "market";

  /** What {@code --policy} takes. */
  public static final List<String> NAMES = List.of(MARKET, "fcfs", "vtc", "dlpm");

  /** Tokens an account may compute before it is another's turn, under {@code dlpm}. */
  private static final int QUANTUM = 256;

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
      case "vtc" -> new Policy(name, new VirtualTokenCounter(weights(market)), new OldestFirst());
      case "dlpm" -> new Policy(name, new LongestPrefix(QUANTUM), new OldestFirst());
      default -> throw new IllegalArgumentException("there is no policy \"" + name + "\"");
    };
  }

  /** An account weighs as much as its tenant is endowed with. */
  private static IntToLongFunction weights(Market market) {
    Ledger ledger = market.ledger();
    return account -> ledger.endowment(ledger.tenant(account));
  }
}
