package dev.bourse.server.market;

import dev.bourse.engine.MarketView;
import dev.bourse.engine.MarketView.State;
import dev.bourse.engine.Price;

/** The market in one line, for logs. */
final class MarketLine {
  private MarketLine() {}

  static String of(MarketView market) {
    Price price = market.price();
    return ("step %,d: slot %s, page %s, %,d of %,d slots sold; %,d wait for slots, %,d for pages;"
            + " %,d of %,d pages free, %,d evictions")
        .formatted(
            price.step(),
            Figures.credits(price.slotPrice()),
            Figures.credits(price.pagePrice()),
            price.tokens(),
            price.slots(),
            count(market, State.WAITS_FOR_SLOTS),
            count(market, State.WAITS_FOR_PAGES),
            market.pages().free(),
            market.pages().pages(),
            market.evictions());
  }

  private static long count(MarketView market, State state) {
    return market.contexts().stream().filter(context -> context.state() == state).count();
  }
}
