package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private final Ledger ledger = new Ledger();

  @AfterEach
  void keepsTheLaw() {
    ledger.check();
  }

  @Test
  void childrenComeOutOfTheirParentAndMintNothing() {
    int tenant = ledger.openTenant(100, 1000);
    int child = ledger.open(tenant, 40, 300);
    int grandchild = ledger.open(child, 40, 0);
    assertThat(ledger.minted()).isEqualTo(1000);
    assertThat(ledger.balance(tenant)).isEqualTo(700);
    assertThat(ledger.endowment(tenant)).isEqualTo(60);
    assertThat(ledger.endowment(child)).isZero();
    assertThat(ledger.parent(grandchild)).isEqualTo(child);
    assertThat(ledger.tenant(grandchild)).isEqualTo(tenant);
    assertThatThrownBy(() -> ledger.open(child, 1, 0))
        .hasMessage("account 1 cannot give 1 endowment: it has 0");
    assertThatThrownBy(() -> ledger.open(child, 0, 301))
        .hasMessage("account 1 cannot give 301 micro-credits: it has 300");
  }

  @Test
  void whatIsPaidComesBackByEndowment() {
    int one = ledger.openTenant(1, 1000);
    int three = ledger.openTenant(3, 1000);
    int child = ledger.open(three, 2, 0);
    ledger.pay(one, 400);
    ledger.distribute();
    assertThat(ledger.balance(one)).isEqualTo(700);
    assertThat(ledger.balance(three)).isEqualTo(1100);
    assertThat(ledger.balance(child)).isEqualTo(200);
    assertThat(ledger.treasury()).isZero();
  }

  @Test
  void aRemainderIsKeptUntilItDivides() {
    int[] tenants = {ledger.openTenant(1, 9), ledger.openTenant(1, 9), ledger.openTenant(1, 9)};
    for (int step = 0; step < 9; step++) {
      ledger.pay(tenants[0], 1);
      ledger.distribute();
      ledger.check();
    }
    for (int tenant : tenants) {
      assertThat(ledger.balance(tenant)).isBetween(tenant == 0 ? 1L : 11L, tenant == 0 ? 3L : 12L);
    }
  }

  @Test
  void aChangeOfEndowmentCountsFromNowOn() {
    int first = ledger.openTenant(1, 1000);
    int second = ledger.openTenant(1, 1000);
    ledger.pay(first, 100);
    ledger.distribute();
    ledger.endow(second, 3);
    ledger.pay(first, 100);
    ledger.distribute();
    assertThat(ledger.balance(first)).isEqualTo(800 + 50 + 25);
    assertThat(ledger.balance(second)).isEqualTo(1000 + 50 + 75);
  }

  @Test
  void closingReturnsAllThatIsBelowToTheParent() {
    int tenant = ledger.openTenant(100, 1000);
    int child = ledger.open(tenant, 40, 300);
    int grandchild = ledger.open(child, 10, 100);
    int escrow = ledger.fund(grandchild, 50);
    ledger.close(child);
    assertThat(ledger.balance(tenant)).isEqualTo(950);
    assertThat(ledger.endowment(tenant)).isEqualTo(100);
    assertThat(ledger.isOpen(grandchild)).isFalse();
    assertThatThrownBy(() -> ledger.close(grandchild))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("account 2 is closed");
    assertThatThrownBy(() -> ledger.balance(77)).hasMessage("there is no account 77");
    ledger.refund(escrow);
    assertThat(ledger.balance(tenant)).isEqualTo(1000);
    assertThatThrownBy(() -> ledger.refund(escrow)).hasMessage("escrow 0 is closed");
  }

  @Test
  void aTenantsBalanceIsBurntAndItsEscrowWhenItIsRefunded() {
    int tenant = ledger.openTenant(100, 1000);
    int escrow = ledger.fund(ledger.open(tenant, 0, 500), 200);
    ledger.close(tenant);
    assertThat(ledger.minted()).isEqualTo(200);
    ledger.check();
    assertThat(ledger.drain(escrow, 50)).isEqualTo(50);
    ledger.refund(escrow);
    assertThat(ledger.minted()).isEqualTo(50);
    assertThat(ledger.treasury()).isEqualTo(50);
  }

  @Test
  void anEscrowPaysWhatIsLeftInIt() {
    int tenant = ledger.openTenant(100, 1000);
    int escrow = ledger.fund(tenant, 70);
    assertThat(ledger.drain(escrow, 50)).isEqualTo(50);
    assertThat(ledger.escrow(escrow)).isEqualTo(20);
    assertThat(ledger.drain(escrow, 50)).isEqualTo(20);
    assertThat(ledger.drain(escrow, 50)).isZero();
    assertThat(ledger.treasury()).isEqualTo(70);
  }

  @Test
  void aClosedNumberIsUsedAgainOnlyAfterADistribution() {
    int tenant = ledger.openTenant(100, 1000);
    int closed = ledger.open(tenant, 0, 0);
    ledger.close(closed);
    assertThat(ledger.open(tenant, 0, 0)).isNotEqualTo(closed);
    ledger.distribute();
    assertThat(ledger.open(tenant, 0, 0)).isEqualTo(closed);
  }

  @Test
  void refusesBeyondItsRangesWithNumbers() {
    ledger.openTenant(Ledger.ENDOWMENT_MAX - 1, Ledger.MINTED_MAX - 1);
    assertThatThrownBy(() -> ledger.openTenant(2, 0))
        .hasMessageContaining("cannot be 2: give 0 or more, and at most 1");
    assertThatThrownBy(() -> ledger.openTenant(0, 2))
        .hasMessageContaining("cannot mint 2 micro-credits: give 0 or more, and at most 1,");
    assertThatThrownBy(() -> ledger.pay(0, -1)).hasMessageContaining("cannot give -1");
    assertThatThrownBy(() -> ledger.mint(0, Long.MIN_VALUE)).hasMessageContaining("cannot mint");
  }

  @Test
  void aWalletIsSharedByThoseBelowAndGivenOutOf() {
    int tenant = ledger.openTenant(100, 1000);
    int child = ledger.open(tenant, 0, 0);
    int grandchild = ledger.open(child, 0, 0);
    assertThat(ledger.spendTokens(grandchild, Long.MAX_VALUE)).isTrue();
    ledger.limitTokens(tenant, 100);
    assertThat(ledger.spendTokens(grandchild, 30)).isTrue();
    ledger.limitTokens(child, 50);
    assertThat(ledger.tokensLeft(tenant)).isEqualTo(20);
    assertThat(ledger.tokensLeft(grandchild)).isEqualTo(50);
    assertThat(ledger.spendTokens(grandchild, 51)).isFalse();
    assertThatThrownBy(() -> ledger.limitTokens(child, 71))
        .hasMessageContaining("50 it has and 20");
    ledger.close(child);
    assertThat(ledger.tokensLeft(tenant)).isEqualTo(70);
  }

  @Test
  void aBigTenantsOwnBidDoesNotMoveItsDividend() {
    int big = ledger.openTenant(64, 1000);
    int small = ledger.openTenant(4, 1000);
    ledger.openTenant(60, 0);
    ledger.pay(small, 128);
    ledger.distribute(tenant -> tenant == big ? 64 : 128);
    assertThat(ledger.balance(big)).isEqualTo(1000 + 32);
    assertThat(ledger.balance(small)).isEqualTo(1000 - 128 + 4);
    assertThat(ledger.treasury()).isEqualTo(32);
    ledger.distribute(tenant -> 0);
    assertThat(ledger.balance(big)).isEqualTo(1000 + 32 + 16);
    assertThat(ledger.treasury()).isZero();
  }

  @Test
  void aTenantWithAllOfItGetsAllBackOneDistributionLate() {
    int only = ledger.openTenant(7, 1000);
    ledger.pay(only, 100);
    ledger.distribute(tenant -> 0);
    assertThat(ledger.balance(only)).isEqualTo(900);
    ledger.distribute(tenant -> 0);
    assertThat(ledger.balance(only)).isEqualTo(999);
    assertThat(ledger.treasury()).isZero();
  }

  @Test
  void tellsTheDividendOfLate() {
    int tenant = ledger.openTenant(1, 1_000_000);
    int other = ledger.openTenant(3, 0);
    for (int step = 0; step < 1000; step++) {
      ledger.pay(tenant, 400);
      ledger.distribute();
    }
    assertThat(ledger.dividend(tenant)).isBetween(98L, 100L);
    assertThat(ledger.dividend(other)).isBetween(297L, 300L);
    for (int step = 0; step < 3000; step++) {
      ledger.distribute();
    }
    assertThat(ledger.dividend(tenant)).isZero();
  }
}
