package dev.bourse.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.sdk.spi.GuestAccount;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Bids, prices and accounts, as inferlets see them. */
final class MarketTest {
  private final EchoRuntime runtime = new EchoRuntime("{}", 16);
  private final Model model = new Session(runtime).model();
  private final Market market = model.market();

  @Test
  void asksForTheAccountEachTime() {
    assertThat(market.tokensLeft()).isEmpty();
    assertThat(market.endowmentShare()).isZero();
    runtime.account = new GuestAccount(12.5, 250, 1000, 0.75, OptionalLong.of(99));
    assertThat(market.balance()).isEqualTo(12.5);
    assertThat(market.endowmentShare()).isEqualTo(0.25);
    assertThat(market.dividend()).isEqualTo(0.75);
    assertThat(market.tokensLeft()).hasValue(99);
  }

  @Test
  void nothingCostsAnythingBeforeTheFirstStep() {
    assertThat(market.slotPrice()).isZero();
    assertThat(market.pagePrice()).isZero();
    assertThat(market.prices(10)).isEmpty();
  }

  @Test
  void thePriceIsThatOfTheLastStep() {
    Price first = new Price(7, 256, 3, 0, 0, 0);
    Price second = new Price(8, 256, 256, 4, 1.5, 0.5);
    runtime.prices.add(first);
    runtime.prices.add(second);
    assertThat(market.slotPrice()).isEqualTo(1.5);
    assertThat(market.pagePrice()).isEqualTo(0.5);
    assertThat(market.prices(2)).containsExactly(first, second);
    assertThat(market.prices(Integer.MAX_VALUE)).hasSize(2);
    assertThat(market.prices(0)).isEmpty();
    assertThatThrownBy(() -> market.prices(-1)).hasMessageContaining("steps is -1");
  }

  @Test
  void nobodyHasToBid() {
    try (Context context = model.newContext()) {
      context.append("abc").flush().fork().close();
      assertThat(runtime.calls).isEmpty();
    }
  }

  @Test
  void bidsReachTheEngine() {
    try (Context context = model.newContext()) {
      context.bid(2).bid(3, 4).autoBid().horizon(12).horizon(0);
      assertThat(runtime.calls)
          .containsExactly("bid 2.0", "bid 3.0 4.0", "auto-bid", "horizon 12", "horizon 0");
      assertThatThrownBy(() -> context.horizon(-1)).hasMessageContaining("steps is -1");
      assertThat(context.bids()).isEqualTo(new Bids(0.5, 0.25));
      assertThat(context.rent()).isEqualTo(0.125);
      assertThat(context.latency()).isEqualTo(0.0625);
    }
  }

  @Test
  void anIdleContextBidsNothingAndThenWhatItBidBefore() {
    try (Context context = model.newContext()) {
      context.idle().close();
      assertThat(runtime.calls).containsExactly("bid 0.0", "auto-bid");
      runtime.calls.clear();
      context.bid(3, 4);
      try (Idle outer = context.idle()) {
        context.idle().close();
        outer.close();
      }
      assertThat(runtime.calls)
          .containsExactly("bid 3.0 4.0", "bid 0.0", "bid 0.0", "bid 0.0", "bid 3.0 4.0");
    }
  }

  @Test
  void aContextThatWasClosedWhileIdleBidsNothingMore() {
    Context context = model.newContext();
    Idle idle = context.idle();
    context.close();
    idle.close();
    assertThat(runtime.calls).containsExactly("bid 0.0");
    assertThatThrownBy(context::idle).hasMessageContaining("closed");
    assertThatThrownBy(() -> context.bid(1)).hasMessageContaining("closed");
    assertThatThrownBy(() -> context.horizon(1)).hasMessageContaining("closed");
    assertThatThrownBy(context::bids).hasMessageContaining("closed");
    assertThatThrownBy(context::latency).hasMessageContaining("closed");
  }

  @Test
  void aPassTellsWhatItCost() {
    try (Context context = model.newContext()) {
      ForwardOutput output = context.append("abcd").forward().execute();
      assertThat(output.receipt().payment()).isEqualTo(EchoRuntime.PAYMENT);
      assertThat(output.receipt().payment().credits()).isEqualTo(0.75);
      context.append("e").flush();
      // What was paid adds up; the dividend is how things are.
      assertThat(context.receipt().payment()).isEqualTo(new Payment(1, 0.5, 0.125, 2000));
    }
  }

  @Test
  void aSnapshotIsKeptInMemoryForCredits() {
    try (Context context = model.newContext()) {
      context.append("abc").save("kept");
    }
    Market market = model.market();
    assertThat(market.funds("kept")).isEmpty();
    market.fund("kept", 2.5);
    assertThat(market.funds("kept")).hasValue(2.5);
    assertThatThrownBy(() -> market.fund("missing", 1)).hasMessageContaining("missing");
  }
}
