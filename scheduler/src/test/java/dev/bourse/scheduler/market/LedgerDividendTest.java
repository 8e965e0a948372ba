package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What {@link Ledger} promises of dividends, over random trees and revenues. */
class LedgerDividendTest {
  private static final int WORLDS = 2000;
  private static final int DISTRIBUTIONS = 100;

  private final Random random = new Random(1);
  private long shares;

  private long random(int bits) {
    return random.nextLong(1L << random.nextInt(bits + 1)) + 1;
  }

  @Test
  void areProportionalToEndowmentsAndTheErrorDoesNotAddUp() {
    for (int world = 0; world < WORLDS; world++) {
      proportional();
    }
    System.out.printf(
        "ledger: %,d shares of %d distributions, each less than 2 + w/2^32 micro-credits below"
            + " w/W of the revenue%n",
        shares, DISTRIBUTIONS);
    assertThat(shares).isGreaterThan(10_000);
  }

  private void proportional() {
    Ledger ledger = new Ledger();
    int accounts = 1 + random.nextInt(20);
    for (int account = 0; account < accounts; account++) {
      if (account == 0 || random.nextInt(3) == 0) {
        ledger.openTenant(random(35), 0);
      } else {
        int parent = random.nextInt(account);
        ledger.open(parent, random.nextLong(ledger.endowment(parent) + 1), 0);
      }
    }
    BigInteger all = BigInteger.ZERO;
    for (int account = 0; account < accounts; account++) {
      all = all.add(BigInteger.valueOf(ledger.endowment(account)));
    }
    int payer = ledger.openTenant(0, 1L << 50);
    BigInteger revenue = BigInteger.ZERO;
    for (int distribution = 0; distribution < DISTRIBUTIONS; distribution++) {
      long paid = all.shiftLeft(28).min(BigInteger.valueOf(random(43))).longValueExact();
      ledger.pay(payer, paid);
      revenue = revenue.add(BigInteger.valueOf(paid));
      ledger.distribute();
    }
    ledger.check();
    for (int account = 0; account < accounts; account++) {
      BigInteger endowment = BigInteger.valueOf(ledger.endowment(account));
      BigInteger exact = revenue.multiply(endowment);
      BigInteger given = BigInteger.valueOf(ledger.balance(account)).multiply(all);
      BigInteger bound = BigInteger.TWO.shiftLeft(32).add(endowment).multiply(all);
      assertThat(given).isLessThanOrEqualTo(exact);
      assertThat(exact.subtract(given).shiftLeft(32)).isLessThan(bound);
      shares++;
    }
  }

  @Test
  void ofABigTenantAreNotMovedByItsOwnBidAndLaterByTheSquareOfItsShare() {
    int cases = 0;
    for (int world = 0; world < 20_000; world++) {
      long endowment = 1L + random.nextInt(1000);
      long others = 1 + random.nextLong(Math.min(1000, 19 * endowment - 1));
      long without = random(30);
      long honest = without + random(30);
      long overbid = honest + random(30);
      long[] first = twoDistributions(endowment, others, honest, without);
      long[] second = twoDistributions(endowment, others, overbid, without);
      assertThat(second[0]).isEqualTo(first[0]);
      long share = endowment * (overbid - honest) / (endowment + others);
      long later = endowment * share / (endowment + others);
      assertThat(second[1] - first[1]).isBetween(later - 2, later + 3);
      cases++;
    }
    System.out.printf("ledger: %,d bids of a big tenant that did not move its dividend%n", cases);
  }

  /**
   * Dividends of a tenant in two distributions, of which the first has revenue. The others are told
   * the revenue, so that it is the only one that is big.
   */
  private static long[] twoDistributions(
      long endowment, long others, long revenue, long revenueWithout) {
    Ledger ledger = new Ledger();
    int tenant = ledger.openTenant(endowment, 0);
    int payer = ledger.openTenant(others, 1L << 40);
    ledger.pay(payer, revenue);
    ledger.distribute(of -> of == tenant ? revenueWithout : revenue);
    long now = ledger.balance(tenant);
    ledger.distribute(of -> 0);
    ledger.check();
    return new long[] {now, ledger.balance(tenant) - now};
  }
}
