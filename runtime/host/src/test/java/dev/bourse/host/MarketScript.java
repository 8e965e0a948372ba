package dev.bourse.host;

import dev.bourse.sdk.Context;
import dev.bourse.sdk.Idle;
import dev.bourse.sdk.Market;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.Payment;
import dev.bourse.sdk.Price;
import dev.bourse.sdk.Sampler;
import java.util.List;

/** The commands of {@link ScriptInferlet} that are about bids, prices and budgets. */
final class MarketScript {
  private MarketScript() {}

  /** What a command tells; empty if nothing. */
  static String obey(Model model, Context context, String[] words) {
    Market market = model.market();
    switch (words[0]) {
      case "bid" -> context.bid(number(words[1]));
      case "bids" -> context.bid(number(words[1]), number(words[2]));
      case "auto-bid" -> context.autoBid();
      case "horizon" -> context.horizon(Integer.parseInt(words[1]));
      case "generate-idle" -> {
        try (Idle idle = context.idle()) {
          return context.bids() + " " + context.generate(Sampler.greedy()).maxTokens(1).text();
        }
      }
      case "offers" -> {
        return context.bids().toString();
      }
      case "rent" -> {
        return context.rent()
            + " for a step of "
            + (context.latency() > 0 ? "some" : "no")
            + " time";
      }
      case "paid" -> {
        return String.valueOf(context.receipt().payment().credits());
      }
      case "payment" -> {
        Payment payment = context.receipt().payment();
        return payment.slots()
            + " and "
            + payment.rent()
            + " paid, "
            + (payment.queuedNanos() > 0 ? "some" : "no")
            + " time waited";
      }
      case "account" -> {
        return market.balance()
            + " credits, "
            + market.endowmentShare()
            + " of the endowments, dividend "
            + market.dividend()
            + ", tokens "
            + (market.tokensLeft().isPresent() ? market.tokensLeft().getAsLong() : "without limit");
      }
      case "fund" -> market.fund(words[1], number(words[2]));
      case "funds" -> {
        return market.funds(words[1]).isPresent()
            ? market.funds(words[1]).getAsDouble() + " credits"
            : "no credits";
      }
      case "prices" -> {
        return prices(market.prices(Integer.parseInt(words[1])), market);
      }
      default -> throw new IllegalArgumentException("no command " + words[0]);
    }
    return "";
  }

  /** The wasm compiler's library does not read these two. */
  private static double number(String word) {
    return switch (word) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      default -> Double.parseDouble(word);
    };
  }

  /** Tells how many there are, and what is wrong with them. */
  private static String prices(List<Price> prices, Market market) {
    long tokens = 0;
    for (int i = 0; i < prices.size(); i++) {
      Price price = prices.get(i);
      if (i > 0 && price.step() != prices.get(i - 1).step() + 1) {
        return "step " + price.step() + " comes after step " + prices.get(i - 1).step();
      }
      if (price.tokens() < 1 || price.tokens() > price.slots() || price.waiting() < 0) {
        return "cannot be: " + price;
      }
      tokens += price.tokens();
    }
    return prices.size()
        + " steps, "
        + tokens
        + " tokens, a slot for "
        + market.slotPrice()
        + ", a page for "
        + market.pagePrice();
  }
}
