package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random histories, most of them hostile, against the model. */
class LedgerHistoryTest {
  private static final int HISTORIES = 1400;
  private static final int OPERATIONS = 800;
  private static final long[] HOSTILE = {
    0,
    1,
    2,
    -1,
    Long.MAX_VALUE,
    Long.MAX_VALUE - 1,
    Long.MIN_VALUE,
    Ledger.MINTED_MAX,
    Ledger.MINTED_MAX + 1,
    Ledger.ENDOWMENT_MAX,
    Ledger.ENDOWMENT_MAX + 1,
    1L << 32,
    (1L << 32) - 1
  };

  private Random random = new Random(0);
  private LedgerWorld world = new LedgerWorld();
  private int numbers;

  /** How large amounts and endowments are, in bits: each history has its own. */
  private int amountBits;

  private int endowmentBits;

  @Test
  void doesWhatTheModelDoes() {
    long done = 0;
    long refused = 0;
    long capped = 0;
    long rebates = 0;
    long sweeps = 0;
    for (int seed = 0; seed < HISTORIES; seed++) {
      play(seed);
      done += world.done;
      refused += world.refused;
      capped += world.model.cappedDistributions;
      rebates += world.model.smallerRebates;
      sweeps += world.model.paidPerUnit.shiftRight(62).longValueExact();
    }
    System.out.printf(
        "ledger: %,d operations, %,d refused, %,d distributions that paid not all, %,d rebates below"
            + " the share, the index passed 2^62 at least %,d times%n",
        done + refused, refused, capped, rebates, sweeps);
    assertThat(done + refused).isGreaterThanOrEqualTo(1_000_000);
    assertThat(refused).isGreaterThan(100_000);
    assertThat(capped).isGreaterThan(100);
    assertThat(rebates).isGreaterThan(1000);
    assertThat(sweeps).isGreaterThan(100);
  }

  private void play(int seed) {
    random = new Random(seed);
    world = new LedgerWorld();
    amountBits = random.nextInt(54);
    endowmentBits = random.nextInt(41);
    numbers = 3 + random.nextInt(30);
    for (int operation = 0; operation < OPERATIONS; operation++) {
      try {
        step();
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("history " + seed + ", operation " + operation, failure);
      }
    }
    world.compare();
  }

  private void step() {
    int account = random.nextInt(numbers + 1) - (random.nextInt(50) == 0 ? 1 : 0);
    int escrow = random.nextInt(numbers);
    switch (random.nextInt(24)) {
      case 0 -> world.openTenant(endowment(), amount());
      case 1, 2, 3 -> world.open(account, endowmentOf(account), amountOf(account));
      case 4 -> closeMostlyLeaves(account);
      case 5, 6, 7 -> world.pay(account, amountOf(account));
      case 8, 9 -> world.transfer(account, random.nextInt(numbers), amountOf(account));
      case 10, 11 -> world.fund(account, amountOf(account));
      case 12 -> world.drain(escrow, amount());
      case 13 -> world.refund(escrow);
      case 14, 15 -> world.distribute(tenant -> Long.MAX_VALUE);
      case 16, 17 -> distributeWithRebates();
      case 18 -> world.endow(account, endowmentOf(account));
      case 19 -> world.mint(account, amount());
      case 20 -> world.limitTokens(account, amount());
      case 21 -> world.spendTokens(account, amount());
      case 22 -> world.readBalance(account);
      default -> compareNowAndThen();
    }
  }

  private void compareNowAndThen() {
    if (random.nextInt(4) == 0) {
      world.compare();
    }
  }

  /** Or nothing would grow old: a tenant goes rarely, and takes all that is below with it. */
  private void closeMostlyLeaves(int account) {
    LedgerModel.Account known = world.model.accounts.get(account);
    if (known == null || known.children.isEmpty() || random.nextInt(8) == 0) {
      world.close(account);
    }
  }

  private void distributeWithRebates() {
    long told = amount();
    world.distribute(tenant -> tenant % 3 == 0 ? told : told / 2);
  }

  private long amount() {
    return random.nextInt(6) == 0 ? hostile() : random.nextLong(1L << amountBits);
  }

  private long endowment() {
    return random.nextInt(6) == 0 ? hostile() : random.nextLong(1L << endowmentBits);
  }

  private long hostile() {
    return HOSTILE[random.nextInt(HOSTILE.length)];
  }

  /** Around what the account has, because that is where the borders are. */
  private long amountOf(int account) {
    LedgerModel.Account known = world.model.accounts.get(account);
    return known == null ? amount() : around(known.balance(), amount());
  }

  private long endowmentOf(int account) {
    LedgerModel.Account known = world.model.accounts.get(account);
    return known == null ? endowment() : around(known.endowment, endowment());
  }

  private long around(BigInteger limit, long otherwise) {
    return switch (random.nextInt(8)) {
      case 0 -> limit.longValueExact();
      case 1 -> limit.longValueExact() + 1;
      case 2, 3, 4 -> random.nextLong(limit.longValueExact() + 1);
      default -> otherwise;
    };
  }
}
