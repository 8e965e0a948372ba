package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.scheduler.market.LedgerState.Tenant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a ledger holds outlives it. */
class LedgerStateTest {
  private static final int WORLDS = 500;
  private static final int OPERATIONS = 200;

  private final Random random = new Random(7);

  @Test
  void aRestoredLedgerGoesOnAsIfEveryProcessHadEnded() {
    int dusty = 0;
    int children = 0;
    for (int world = 0; world < WORLDS; world++) {
      Ledger ledger = new Ledger();
      List<Integer> tenants = new ArrayList<>();
      List<Integer> accounts = new ArrayList<>();
      List<Integer> escrows = new ArrayList<>();
      for (int operation = 0; operation < OPERATIONS; operation++) {
        random(ledger, tenants, accounts, escrows);
      }
      LedgerState state = ledger.state();
      assertThat(ledger.state()).isEqualTo(state);
      ledger.check();

      Ledger restored = new Ledger();
      int[] numbers = restored.restore(state);
      restored.check();
      assertThat(restored.minted()).isEqualTo(state.minted());
      assertThat(restored.treasury()).isEqualTo(ledger.treasury());
      for (int account : accounts) {
        if (ledger.isOpen(account) && ledger.parent(account) != Ledger.NONE) {
          ledger.close(account);
          children++;
        }
      }
      escrows.forEach(ledger::refund);
      dusty += state.treasuryDust() > 0 ? 1 : 0;
      goesOnTheSame(ledger, restored, state, numbers);
    }
    assertThat(dusty).isGreaterThan(WORLDS / 2);
    assertThat(children).isGreaterThan(WORLDS);
  }

  private void random(
      Ledger ledger, List<Integer> tenants, List<Integer> accounts, List<Integer> escrows) {
    if (tenants.isEmpty() || random.nextInt(30) == 0) {
      int tenant = ledger.openTenant(random.nextInt(5000), random.nextInt(1 << 30));
      tenants.add(tenant);
      accounts.add(tenant);
      return;
    }
    int account = accounts.get(random.nextInt(accounts.size()));
    if (!ledger.isOpen(account)) {
      return;
    }
    long some = (long) (ledger.balance(account) * random.nextDouble() / 4);
    switch (random.nextInt(6)) {
      case 0 ->
          accounts.add(
              ledger.open(account, (long) (ledger.endowment(account) * random.nextDouble()), some));
      case 1 -> {
        if (ledger.parent(account) == Ledger.NONE
            ? random.nextInt(20) == 0
            : random.nextBoolean()) {
          tenants.removeIf(tenant -> tenant == account);
          ledger.close(account);
          accounts.removeIf(closed -> !ledger.isOpen(closed));
        }
      }
      case 2 -> escrows.add(ledger.fund(account, some));
      case 3 -> ledger.distribute();
      default -> ledger.pay(account, some);
    }
  }

  private void goesOnTheSame(Ledger ledger, Ledger restored, LedgerState state, int[] numbers) {
    for (int operation = 0; operation < 50; operation++) {
      for (int number = 0; number < numbers.length; number++) {
        int original = state.tenants().get(number).account();
        long balance = ledger.balance(original);
        assertThat(restored.balance(numbers[number])).isEqualTo(balance);
        assertThat(restored.endowment(numbers[number])).isEqualTo(ledger.endowment(original));
        long paid = (long) (balance * random.nextDouble() / 8);
        ledger.pay(original, paid);
        restored.pay(numbers[number], paid);
      }
      ledger.distribute();
      restored.distribute();
      assertThat(restored.treasury()).isEqualTo(ledger.treasury());
      ledger.check();
      restored.check();
    }
  }

  @Test
  void whatNobodyWouldGetBackIsNotKept() {
    Ledger ledger = new Ledger();
    int stays = ledger.openTenant(1, 100);
    int goes = ledger.openTenant(1, 100);
    var _ = ledger.fund(goes, 30);
    ledger.close(goes);
    assertThat(ledger.minted()).isEqualTo(130);
    assertThat(ledger.state())
        .isEqualTo(new LedgerState(100, 0, 0, List.of(new Tenant(stays, 1, 100, 0))));
  }

  @Test
  void whatBreaksTheLawIsNoState() {
    assertThatThrownBy(() -> new LedgerState(101, 0, 0, List.of(new Tenant(0, 1, 100, 0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("of 101 micro-credits, 100 are found, and dust 0");
    assertThatThrownBy(() -> new LedgerState(100, 0, 1, List.of(new Tenant(0, 1, 100, 0))))
        .hasMessage("of 100 micro-credits, 100 are found, and dust 1");
    assertThatThrownBy(() -> new LedgerState(0, 100, 0, List.of(new Tenant(0, 1, -100, 0))))
        .hasMessageContaining("-100 micro-credits are not between 0");
    assertThatThrownBy(() -> new LedgerState(1, 0, 1L << 32, List.of()))
        .hasMessageContaining("a dust of 4294967296");
    assertThatThrownBy(() -> new LedgerState(0, 0, 0, List.of(new Tenant(0, -1, 0, 0))))
        .hasMessageContaining("an endowment cannot be -1");
    List<Tenant> rich = Collections.nCopies(1 << 11, new Tenant(0, 0, Ledger.MINTED_MAX, 0));
    assertThatThrownBy(() -> new LedgerState(0, 0, 0, rich))
        .isInstanceOf(IllegalArgumentException.class);
    long half = (1L << 31);
    LedgerState whole = new LedgerState(101, 0, half, List.of(new Tenant(3, 1, 100, half)));
    Ledger used = new Ledger();
    var _ = used.openTenant(1, 1);
    assertThatThrownBy(() -> used.restore(whole)).isInstanceOf(IllegalStateException.class);
    Ledger restored = new Ledger();
    assertThat(restored.restore(whole)).containsExactly(0);
    assertThat(restored.balance(0)).isEqualTo(100);
  }
}
