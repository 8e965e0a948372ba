package dev.bourse.scheduler.market;

import java.math.BigInteger;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A ledger beside its model: both do the same, or both refuse, and the law holds after each. */
final class LedgerWorld {
  final Ledger ledger = new Ledger();
  final LedgerModel model = new LedgerModel();
  long done;
  long refused;

  void openTenant(long endowment, long balance) {
    register(
        attempt(() -> model.openTenant(endowment, balance)),
        attemptReal(() -> ledger.openTenant(endowment, balance)));
  }

  void open(int parent, long endowment, long balance) {
    BigInteger before = model.minted;
    register(
        attempt(() -> model.open(parent, endowment, balance)),
        attemptReal(() -> ledger.open(parent, endowment, balance)));
    requireEqual("minted after opening a child", before, ledger.minted());
  }

  private void register(LedgerModel.@Nullable Account account, @Nullable Long given) {
    agree(account, given);
    if (account != null && given != null) {
      int number = given.intValue();
      LedgerModel.Account former = model.accounts.put(number, account);
      require(former == null || !former.open, "account " + number + " was given twice");
      require(!model.restingAccounts.contains(number), "account " + number + " had not rested");
    }
  }

  void fund(int account, long amount) {
    LedgerModel.Escrow escrow = attempt(() -> model.fund(account, amount));
    Long given = attemptReal(() -> ledger.fund(account, amount));
    agree(escrow, given);
    if (escrow != null && given != null) {
      int number = given.intValue();
      require(model.escrows.put(number, escrow) == null, "escrow " + number + " was given twice");
      require(!model.restingEscrows.contains(number), "escrow " + number + " had not rested");
    }
  }

  void close(int account) {
    same(() -> ledger.close(account), () -> model.close(account));
  }

  void endow(int account, long endowment) {
    same(() -> ledger.endow(account, endowment), () -> model.endow(account, endowment));
  }

  void mint(int account, long amount) {
    same(() -> ledger.mint(account, amount), () -> model.mint(account, amount));
  }

  void pay(int account, long amount) {
    same(() -> ledger.pay(account, amount), () -> model.pay(account, amount));
  }

  void transfer(int from, int to, long amount) {
    same(() -> ledger.transfer(from, to, amount), () -> model.transfer(from, to, amount));
  }

  void drain(int escrow, long amount) {
    sameResult(() -> ledger.drain(escrow, amount), () -> model.drain(escrow, amount));
  }

  void refund(int escrow) {
    same(() -> ledger.refund(escrow), () -> model.refund(escrow));
  }

  void distribute(RevenueWithout without) {
    same(() -> ledger.distribute(without), () -> model.distribute(without));
  }

  void limitTokens(int account, long tokens) {
    same(() -> ledger.limitTokens(account, tokens), () -> model.limitTokens(account, tokens));
  }

  void spendTokens(int account, long tokens) {
    sameResult(
        () -> ledger.spendTokens(account, tokens) ? 1 : 0,
        () -> model.spendTokens(account, tokens) ? 1 : 0);
  }

  void readBalance(int account) {
    sameResult(
        () -> ledger.balance(account), () -> model.account(account).balance().longValueExact());
  }

  /** Compares everything that can be seen; this settles all accounts. */
  void compare() {
    for (Map.Entry<Integer, LedgerModel.Account> entry : model.accounts.entrySet()) {
      int number = entry.getKey();
      LedgerModel.Account account = entry.getValue();
      require(ledger.isOpen(number) == account.open, "account " + number);
      if (account.open) {
        requireEqual("balance of " + number, account.balance(), ledger.balance(number));
        requireEqual("endowment of " + number, account.endowment, ledger.endowment(number));
        requireEqual(
            "tokens of " + number,
            BigInteger.valueOf(model.tokensLeft(number)),
            ledger.tokensLeft(number));
      }
    }
    for (Map.Entry<Integer, LedgerModel.Escrow> entry : model.escrows.entrySet()) {
      int number = entry.getKey();
      requireEqual("escrow " + number, entry.getValue().amount, ledger.escrow(number));
    }
    requireEqual("treasury", model.treasury.shiftRight(32), ledger.treasury());
    ledger.check();
  }

  private void same(Runnable real, Runnable expected) {
    sameResult(
        () -> {
          real.run();
          return 0;
        },
        () -> {
          expected.run();
          return 0;
        });
  }

  private void sameResult(LongSupplier real, LongSupplier expected) {
    Long should = attempt(expected::getAsLong);
    Long is = attemptReal(real);
    agree(should, is);
    require(Objects.equals(should, is), "is " + is + " and should be " + should);
  }

  private static <T> @Nullable T attempt(Supplier<T> action) {
    try {
      return action.get();
    } catch (LedgerModel.Refused refusal) {
      return null;
    }
  }

  private static @Nullable Long attemptReal(LongSupplier action) {
    try {
      return action.getAsLong();
    } catch (IllegalArgumentException | IllegalStateException refusal) {
      return null;
    }
  }

  private void agree(@Nullable Object should, @Nullable Object is) {
    require((should == null) == (is == null), "should be " + should + " and is " + is);
    done += should == null ? 0 : 1;
    refused += should == null ? 1 : 0;
    lawHolds();
  }

  private void lawHolds() {
    ledger.check();
    requireEqual("minted", model.minted, ledger.minted());
  }

  private static void requireEqual(String what, BigInteger expected, long given) {
    require(
        expected.equals(BigInteger.valueOf(given)),
        what + " is " + given + " and should be " + expected);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
