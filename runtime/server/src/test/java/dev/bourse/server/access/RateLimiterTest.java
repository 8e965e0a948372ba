package dev.bourse.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.server.access.RateLimiter.Answer;
import dev.bourse.server.access.TenantLimits.Rate;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static int taken(RateLimiter limiter, String tenant, int asked, long now) {
    int taken = 0;
    for (int i = 0; i < asked; i++) {
      taken += limiter.take(tenant, now).taken() ? 1 : 0;
    }
    return taken;
  }

  @Test
  void aBurstAtOnceAndThenTheRate() {
    RateLimiter limiter = new RateLimiter(tenant -> new Rate(10, 5));
    long start = -3 * SECOND; // Clocks may begin anywhere.
    assertThat(taken(limiter, "ann", 100, start)).isEqualTo(5);
    assertThat(taken(limiter, "ann", 100, start + SECOND / 10 - 1)).isZero();
    assertThat(taken(limiter, "ann", 100, start + SECOND / 10)).isEqualTo(1);
    assertThat(taken(limiter, "ann", 100, start + SECOND / 2)).isEqualTo(4);
    assertThat(taken(limiter, "ann", 100, start + 100 * SECOND)).isEqualTo(5);
  }

  @Test
  void anAnswerTellsWhatIsLeftAndWhenToAskAgain() {
    RateLimiter limiter = new RateLimiter(tenant -> new Rate(2, 3));
    assertThat(limiter.take("ann", 0)).isEqualTo(new Answer(true, 3, 2, 0, SECOND / 2));
    assertThat(limiter.take("ann", 0)).isEqualTo(new Answer(true, 3, 1, 0, SECOND));
    assertThat(limiter.take("ann", 0)).isEqualTo(new Answer(true, 3, 0, 0, 3 * SECOND / 2));
    Answer refused = limiter.take("ann", SECOND / 4);
    assertThat(refused).isEqualTo(new Answer(false, 3, 0, SECOND / 4, 5 * SECOND / 4));
    assertThat(limiter.take("ann", SECOND / 4 + refused.retryNanos() - 1).taken()).isFalse();
    assertThat(limiter.take("ann", SECOND / 4 + refused.retryNanos()).taken()).isTrue();
  }

  @Test
  void nobodyCountsForAnother() {
    RateLimiter limiter =
        new RateLimiter(tenant -> tenant.equals("ann") ? new Rate(1, 1) : new Rate(1, 7));
    assertThat(taken(limiter, "ann", 1_000, 0)).isEqualTo(1);
    assertThat(taken(limiter, "bob", 1_000, 0)).isEqualTo(7);
    assertThat(taken(limiter, "cec", 7, 0)).isEqualTo(7);
    assertThat(limiter.take("ann", 0).taken()).isFalse();
  }

  /** However requests come, no more pass than the burst and what came since. */
  @Test
  void noMorePassThanWasSaid() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      double perSecond = 0.5 + random.nextInt(1000);
      int burst = 1 + random.nextInt(50);
      RateLimiter limiter = new RateLimiter(tenant -> new Rate(perSecond, burst));
      long now = random.nextLong(SECOND);
      long begin = now;
      int passed = 0;
      for (int i = 0; i < 500; i++) {
        now += random.nextLong(SECOND / 20);
        passed += limiter.take("ann", now).taken() ? 1 : 0;
        double most = burst + (now - begin) / (double) SECOND * perSecond;
        assertThat((double) passed).isLessThanOrEqualTo(most + 1e-3 * most + 1);
      }
    }
  }

  @Test
  void tenantsThatAskedLongAgoTakeNoMemory() {
    RateLimiter limiter = new RateLimiter(tenant -> new Rate(1, 10));
    for (int i = 0; i < 200_000; i++) {
      assertThat(limiter.take("tenant" + i, i * SECOND / 100).taken()).isTrue();
    }
    // A hundred come in the second in which a token does; they are kept until twice as many came.
    assertThat(limiter.size()).isLessThanOrEqualTo(1024);
  }
}
