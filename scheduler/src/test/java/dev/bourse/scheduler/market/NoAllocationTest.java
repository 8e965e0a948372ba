package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Once its tables have grown, the market plans and settles steps without any allocation. */
class NoAllocationTest {
  private static final int STEPS = 500;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private long allocated() {
    return threads.getCurrentThreadAllocatedBytes();
  }

  @Test
  void aStepOfThousandsOfContextsAllocatesNothing() {
    // Many small tenants; or few big ones, each of which has the auction run again without it.
    for (int tenants : new int[] {100, 8}) {
      Market market = new Market(MarketConfig.DEFAULT);
      Crowd crowd = Crowd.of(market, tenants, 1_000, 10_000, 512);
      long revenue = 0;
      long bytes = 0;
      for (int step = 0; step < 2 * STEPS; step++) {
        crowd.demand();
        long before = allocated();
        crowd.step();
        // The first half is to grow and to be compiled.
        bytes += step < STEPS ? 0 : allocated() - before;
        crowd.check();
        crowd.renew();
        revenue += market.tick().revenue();
      }
      market.ledger().check();
      assertThat(revenue).isPositive();
      assertThat(bytes).as("bytes of %d steps, %d tenants", STEPS, tenants).isZero();
    }
  }
}
