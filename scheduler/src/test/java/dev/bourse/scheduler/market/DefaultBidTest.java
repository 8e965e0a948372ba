package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DefaultBidTest {
  private static final long STEP = 1L << TurnLengths.BITS;

  private final Random random = new Random(3);

  private long random(int bits) {
    return random.nextInt(4) == 0
        ? 1L << random.nextInt(bits + 1)
        : random.nextLong(1L << random.nextInt(bits + 1));
  }

  @Test
  void spreadsBalanceAndDividendsOverThePagesToCome() {
    // 100 steps exactly, 10 pages that become 10 + 100/20: 1000 + 250 pages times steps.
    assertThat(DefaultBid.perPage(1_000_000, 0, 10, 20, 100 * STEP, 10_000 * STEP))
        .isEqualTo(1_000_000 / 1250);
    assertThat(DefaultBid.perPage(1_000_000, 500, 10, 20, 100 * STEP, 10_000 * STEP))
        .isEqualTo(1_050_000 / 1250);
    // Of the same mean, but cv = 1: twice the growth.
    assertThat(DefaultBid.perPage(1_000_000, 0, 10, 20, 100 * STEP, 20_000 * STEP))
        .isEqualTo(1_000_000 / 1500);
  }

  @Test
  void countsOnePageAndOneStepAtLeast() {
    assertThat(DefaultBid.perPage(1000, 7, 0, 1 << 16, 0, 0)).isEqualTo(1007 * 256 / 257);
    assertThat(DefaultBid.perPage(0, 0, 0, 1, 0, 0)).isZero();
    assertThat(DefaultBid.perToken(30, 0, 4)).isEqualTo(7);
    assertThat(DefaultBid.perToken(30, 10, 4)).isEqualTo(75);
    assertThat(DefaultBid.perToken(Ledger.MINTED_MAX, 2, 1)).isEqualTo(Ledger.MINTED_MAX);
  }

  @Test
  void namesWhatIsOutOfRange() {
    assertThatThrownBy(() -> DefaultBid.perPage(-1, 0, 0, 1, 0, 0))
        .hasMessage("balance is -1, and must be from 0 to 9007199254740992");
    assertThatThrownBy(() -> DefaultBid.perPage(0, 0, 0, 0, 0, 0))
        .hasMessageContaining("tokens per page is 0");
    assertThatThrownBy(() -> DefaultBid.perPage(0, 0, 0, 1, Long.MAX_VALUE, 0))
        .hasMessageContaining("mean is 9223372036854775807");
    assertThatThrownBy(() -> DefaultBid.perToken(1, 1, 0)).hasMessageContaining("tokens is 0");
  }

  @Test
  void isTheFormulaRoundedDownAndMonotone() {
    int cases = 300_000;
    int close = 0;
    for (int at = 0; at < cases; at++) {
      long balance = random(53);
      long dividend = random(53);
      int pages = (int) random(24);
      int tokensPerPage = (int) random(15) + 1;
      long mean = random(36);
      long square = random(56);
      long bid = DefaultBid.perPage(balance, dividend, pages, tokensPerPage, mean, square);
      assertThat(bid).isBetween(0L, Math.min(balance + dividend, Ledger.MINTED_MAX));
      // (B + d*mean) / (p*mean + square / 2s), both sides times 2^16 * 2s.
      BigInteger steps = BigInteger.valueOf(Math.max(mean, STEP));
      BigInteger twice = BigInteger.valueOf(2L * tokensPerPage);
      BigInteger income = BigInteger.valueOf(dividend).multiply(steps);
      BigInteger have = BigInteger.valueOf(balance).shiftLeft(16).add(income).multiply(twice);
      BigInteger need =
          BigInteger.valueOf(Math.max(1, pages))
              .multiply(steps)
              .multiply(twice)
              .add(BigInteger.valueOf(Math.max(square, STEP)));
      BigInteger exact = have.divide(need);
      assertThat(BigInteger.valueOf(bid)).isLessThanOrEqualTo(exact);
      boolean inRange = income.shiftRight(16).bitLength() <= 53;
      if (inRange && exact.bitLength() <= 52) {
        long least = exact.longValueExact() - exact.longValueExact() / 128 - 1;
        assertThat(bid).isGreaterThanOrEqualTo(Math.min(least, balance + dividend));
        close++;
      }
      assertThat(DefaultBid.perPage(balance / 2, dividend, pages, tokensPerPage, mean, square))
          .isLessThanOrEqualTo(bid);
      assertThat(DefaultBid.perPage(balance, dividend, pages / 2, tokensPerPage, mean, square))
          .isGreaterThanOrEqualTo(bid);
    }
    System.out.printf("default bid: %,d cases, %,d of them within 1/128%n", cases, close);
    assertThat(close).isGreaterThan(cases / 2);
  }

  @Test
  void turnLengthsAreThoseOfTheParentUntilThereAreSome() {
    TurnLengths turns = new TurnLengths();
    turns.open(0, Ledger.NONE);
    assertThat(turns.mean(0)).isEqualTo(256 * STEP);
    assertThat(turns.meanSquare(0)).isEqualTo(2 * 256 * 256 * STEP);
    for (int turn = 0; turn < 2000; turn++) {
      turns.observe(0, 40);
    }
    assertThat(turns.mean(0)).isBetween(40 * STEP, 40 * STEP + 64);
    assertThat(turns.meanSquare(0)).isBetween(1600 * STEP, 1600 * STEP + 64);
    turns.open(200, 0);
    assertThat(turns.mean(200)).isEqualTo(turns.mean(0));
    turns.observe(200, 90);
    assertThat(turns.mean(200) / STEP).isEqualTo(50);
  }

  @Test
  void turnLengthsFollowMeanAndVarianceOfWhatTheySee() {
    TurnLengths turns = new TurnLengths();
    turns.open(0, Ledger.NONE);
    double mean = 0;
    double square = 0;
    int samples = 100_000;
    for (int turn = 0; turn < samples + 1000; turn++) {
      turns.observe(0, (long) (-100 * Math.log(1 - random.nextDouble())));
      if (turn >= 1000) {
        mean += (double) turns.mean(0) / STEP / samples;
        square += (double) turns.meanSquare(0) / STEP / samples;
      }
    }
    assertThat(mean).isBetween(98.0, 101.0);
    assertThat(square / mean / mean - 1).isBetween(0.9, 1.1);
    turns.observe(0, Long.MAX_VALUE);
    assertThat(turns.meanSquare(0)).isLessThanOrEqualTo(TurnLengths.SQUARE_MAX);
  }
}
