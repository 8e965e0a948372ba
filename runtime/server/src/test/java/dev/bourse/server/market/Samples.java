package dev.bourse.server.market;

import dev.bourse.engine.AccountView;
import dev.bourse.engine.Engine.PageUse;
import dev.bourse.engine.MarketView;
import dev.bourse.engine.MarketView.ContextView;
import dev.bourse.engine.MarketView.State;
import dev.bourse.engine.MarketView.TenantView;
import dev.bourse.engine.Price;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Markets to show. */
final class Samples {
  private Samples() {}

  /** An engine in which nothing has happened. */
  static MarketReport empty() {
    Price none = new Price(0, 0, 0, 0, 0, 0, 0, 0);
    PageUse pages = new PageUse(256, 256, 0, 0, 0);
    return new MarketReport(
        new MarketView("market", none, 0, pages, 0, 0, 0, 0, List.of(), List.of()), List.of());
  }

  /** Two tenants; four contexts that compute, three that wait, two that do nothing. */
  static MarketReport busy() {
    List<ContextView> contexts =
        List.of(
            context(1, "ann", State.COMPUTES, 0.0123, 0.0016, 0, 500),
            context(2, "bob", State.COMPUTES, 0.0234, 0.0004, 0, 500),
            context(3, "bob", State.WAITS_FOR_PAGES, 0.0005, 0.000116, 31, 469),
            context(4, "ann", State.WAITS_FOR_SLOTS, 0.000001, 0, 12, 488),
            context(5, "ann", State.IDLE, 0.5, 0.25, 0, 480),
            context(6, "bob", State.SUSPENDED, 12.5, 1, 0, 100),
            context(7, "ann", State.COMPUTES, 0, 0, 0, 500),
            context(8, "bob", State.WAITS_FOR_SLOTS, 0.0005, 0, 31, 0),
            context(9, "bob", State.COMPUTES, 0.0123, 0, 0, 500));
    return report(contexts, 500);
  }

  /** A hundred contexts: every state in turn. */
  static MarketReport crowded() {
    State[] states = State.values();
    return report(
        IntStream.rangeClosed(1, 100)
            .mapToObj(
                id -> {
                  State state = states[id % states.length];
                  boolean computes = state == State.COMPUTES;
                  return context(
                      id, "tenant-" + id % 7, state, id, 1, computes ? 0 : id, computes ? 500 : 7);
                })
            .toList(),
        500);
  }

  static MarketReport report(List<ContextView> contexts, long step) {
    List<Price> prices =
        LongStream.rangeClosed(Math.max(1, step - 400), step).mapToObj(Samples::price).toList();
    List<String> users = contexts.stream().map(ContextView::user).distinct().sorted().toList();
    List<TenantView> tenants = users.stream().map(user -> tenant(user, users, contexts)).toList();
    double minted = 1_000.0 * users.size();
    return new MarketReport(
        new MarketView(
            "market",
            prices.getLast(),
            8_300,
            new PageUse(512, 60, 40, 128, 96),
            2,
            1_234,
            1.5,
            minted,
            tenants,
            contexts),
        prices);
  }

  /** Prices that rise for 200 steps, and are 0 in every second 200. */
  private static Price price(long step) {
    double slot = step / 200 % 2 == 0 ? step % 200 / 1e4 : 0;
    return new Price(step, 64, 87, 64, 3, slot, slot / 8, slot * 64);
  }

  private static TenantView tenant(String user, List<String> users, List<ContextView> contexts) {
    int number = users.indexOf(user);
    long open = contexts.stream().filter(context -> context.user().equals(user)).count();
    return new TenantView(
        user,
        new AccountView(
            1_000 - 50.5 * number,
            1_000,
            1_000L * users.size(),
            0.0125 * number,
            OptionalLong.empty()),
        12.75 * number,
        number + 1,
        (int) open);
  }

  static ContextView context(
      long id, String user, State state, double perToken, double perPage, int waited, long served) {
    return new ContextView(
        id,
        0,
        "agent-" + id,
        user,
        state,
        (int) (id * 100),
        (int) (id * 7),
        id * 6.5,
        perToken,
        perPage,
        waited,
        waited * 8_300.0,
        served,
        (int) (id % 3));
  }
}
