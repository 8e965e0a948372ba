package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PacingTest {
  private static final int HORIZON = 1000;

  private final Pacing pacing = new Pacing(HORIZON);

  /** Steps until a tenth of the balance is left, when prices are random, or the horizon. */
  private int lasts(long seed, long value, boolean paced) {
    Random random = new Random(seed);
    long start = 1_000_000_000L;
    long balance = start;
    pacing.open(5);
    for (int step = 0; step < HORIZON; step++) {
      long bid = Math.min(paced ? pacing.bid(5, value) : value, balance);
      long price = random.nextLong(10_000_000);
      long spent = bid > price ? price : 0;
      balance -= spent;
      pacing.observe(5, spent, balance, 0);
      if (balance < start / 10) {
        return step;
      }
    }
    return HORIZON;
  }

  @Test
  void aBalanceLastsOverTheHorizonAndWouldNotWithout() {
    for (long seed = 0; seed < 100; seed++) {
      assertThat(lasts(seed, 100_000_000, false)).isLessThan(HORIZON / 2);
      assertThat(lasts(seed, 100_000_000, true)).isEqualTo(HORIZON);
    }
  }

  @Test
  void whoSpendsLittleIsNotSlowedDown() {
    pacing.open(0);
    for (int step = 0; step < 5000; step++) {
      pacing.observe(0, 900, 1_000_000, 0);
      assertThat(pacing.multiplier(0)).isEqualTo(1 << Pacing.BITS);
    }
  }

  @Test
  void aDividendMayBeSpentAtOnce() {
    pacing.open(0);
    for (int step = 0; step < 5000; step++) {
      pacing.observe(0, 1500, 1_000_000, 500);
    }
    assertThat(pacing.multiplier(0)).isEqualTo(1 << Pacing.BITS);
  }

  @Test
  void whoWasSlowedDownRecovers() {
    pacing.open(0);
    for (int step = 0; step < 100; step++) {
      pacing.observe(0, 5000, 1_000_000, 0);
    }
    assertThat(pacing.bid(0, 7000)).isBetween(15L, 17L);
    for (int step = 0; step < 400; step++) {
      pacing.observe(0, 0, 1_000_000, 0);
    }
    assertThat(pacing.bid(0, 7000)).isEqualTo(7000);
  }

  @Test
  void staysInItsRangesWhateverHappens() {
    Random random = new Random(2);
    int cases = 1_000_000;
    pacing.open(0);
    for (int at = 0; at < cases; at++) {
      long spent = random.nextLong(1L << random.nextInt(54));
      long balance = random.nextLong(1L << random.nextInt(54));
      pacing.observe(0, spent, balance, random.nextLong(1L << random.nextInt(54)));
      assertRange(random.nextLong(Long.MAX_VALUE));
    }
    for (int at = 0; at < 100_000; at++) {
      pacing.observe(0, Ledger.MINTED_MAX, 0, 0);
    }
    assertThat(pacing.multiplier(0)).isEqualTo(64);
    assertThat(pacing.bid(0, 1024)).isEqualTo(1);
    System.out.printf("pacing: %,d random observations%n", cases);
    assertThatThrownBy(() -> pacing.observe(0, -1, 0, 0)).hasMessageContaining("spent -1");
  }

  private void assertRange(long bid) {
    int multiplier = pacing.multiplier(0);
    long paced = pacing.bid(0, bid);
    if (multiplier < 64 || multiplier > 1 << Pacing.BITS || paced < 0 || paced > bid) {
      throw new AssertionError("multiplier " + multiplier + ", " + bid + " becomes " + paced);
    }
  }
}
