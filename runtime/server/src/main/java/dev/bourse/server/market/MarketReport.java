package dev.bourse.server.market;

import dev.bourse.engine.Engine;
import dev.bourse.engine.MarketView;
import dev.bourse.engine.Price;
import java.util.List;

/**
 * All that is shown of a market.
 *
 * @param market at one moment
 * @param prices of the last steps, the oldest first
 */
public record MarketReport(MarketView market, List<Price> prices) {
  public MarketReport {
    prices = List.copyOf(prices);
  }

  /**
   * Of an engine, now.
   *
   * @param steps of which prices are wanted, at most
   */
  static MarketReport of(Engine engine, int steps) {
    return new MarketReport(engine.market(), engine.prices(steps));
  }
}
