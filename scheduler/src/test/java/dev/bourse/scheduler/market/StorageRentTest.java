package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StorageRentTest {
  private static final int HOUR = 3_600_000;
  private static final long MIB = 1 << 20;

  private final Ledger ledger = new Ledger();
  private final int tenant = ledger.openTenant(1, 1_000_000);
  private final StorageRent storage = new StorageRent(ledger, 30, HOUR);

  @Test
  void aSnapshotPaysForEveryMebibyteBegunAndHour() {
    int escrow = ledger.fund(tenant, 1000);
    storage.store(escrow, 2 * MIB + 1);
    assertThat(storage.charge(HOUR)).isEqualTo(90);
    assertThat(ledger.escrow(escrow)).isEqualTo(910);
    ledger.check();
  }

  @Test
  void itDoesNotMatterHowOftenItIsCharged() {
    int histories = 2_000;
    Random random = new Random(7);
    for (int history = 0; history < histories; history++) {
      int escrow = ledger.fund(tenant, 100_000);
      int mebibytes = 1 + random.nextInt(40);
      int snapshot = storage.store(escrow, mebibytes * MIB);
      long ticks = 0;
      long paid = 0;
      for (int charge = 0; charge < 50; charge++) {
        int more = random.nextInt(2) == 0 ? random.nextInt(100) : random.nextInt(HOUR);
        ticks += more;
        paid += storage.charge(more);
      }
      assertThat(paid).as("history %d", history).isEqualTo(ticks * mebibytes * 30 / HOUR);
      assertThat(storage.isDemoted(snapshot)).isFalse();
      storage.remove(snapshot);
      ledger.distribute();
    }
    ledger.check();
    System.out.printf("storage: %d histories of 50 charges%n", histories);
  }

  @Test
  void whenItsEscrowRunsOutItIsDemotedOwesNothingAndCanBeFundedAnew() {
    int snapshot = storage.store(ledger.fund(tenant, 100), MIB);
    storage.charge(3 * HOUR);
    assertThat(storage.isDemoted(snapshot)).as("90 of 100").isFalse();
    assertThat(storage.charge(HOUR)).isEqualTo(10);
    assertThat(storage.isDemoted(snapshot)).isTrue();
    assertThat(storage.charge(Integer.MAX_VALUE)).isZero();
    storage.fund(snapshot, ledger.fund(tenant, 50));
    assertThat(storage.isDemoted(snapshot)).isFalse();
    assertThat(storage.charge(HOUR)).isEqualTo(30);
    storage.remove(snapshot);
    ledger.distribute();
    assertThat(ledger.balance(tenant)).isEqualTo(1_000_000);
    ledger.check();
    assertThatThrownBy(() -> storage.isDemoted(snapshot)).hasMessageContaining("is closed");
  }

  @Test
  void whatIsLeftOfAnEscrowGoesBackAlthoughItsProcessIsGone() {
    int process = ledger.open(tenant, 0, 500);
    int snapshot = storage.store(ledger.fund(process, 200), MIB);
    ledger.close(process);
    storage.charge(HOUR);
    storage.remove(snapshot);
    assertThat(ledger.balance(tenant)).isEqualTo(1_000_000 - 30);
    ledger.check();
  }

  @Test
  void withoutAPriceNothingIsEverDemoted() {
    StorageRent free = new StorageRent(ledger, 0, HOUR);
    int snapshot = free.store(ledger.fund(tenant, 0), Long.MAX_VALUE);
    assertThat(free.charge(Integer.MAX_VALUE)).isZero();
    assertThat(free.isDemoted(snapshot)).isFalse();
  }

  private record Stored(int snapshot, int escrow) {}

  @Test
  void randomHistoriesKeepTheLawOfCreditsAndDemoteOnlyWhoseEscrowIsEmpty() {
    Random random = new Random(8);
    List<Stored> stored = new ArrayList<>();
    int steps = 200_000;
    int demotions = 0;
    for (int step = 0; step < steps; step++) {
      if (random.nextInt(3) == 0 && ledger.balance(tenant) > 5000) {
        int escrow = ledger.fund(tenant, random.nextInt(5000));
        stored.add(new Stored(storage.store(escrow, random.nextLong(100 * MIB)), escrow));
      } else if (!stored.isEmpty() && random.nextInt(3) == 0) {
        storage.remove(stored.remove(random.nextInt(stored.size())).snapshot());
      } else {
        storage.charge(random.nextInt(HOUR / 50));
        ledger.distribute();
      }
      if (!stored.isEmpty()) {
        Stored one = stored.get(random.nextInt(stored.size()));
        if (storage.isDemoted(one.snapshot())) {
          demotions++;
          assertThat(ledger.escrow(one.escrow())).as("step %d", step).isZero();
        }
      }
      ledger.check();
    }
    System.out.printf("storage: %d random steps, %d demoted were seen%n", steps, demotions);
    assertThat(demotions).isGreaterThan(1000);
  }
}
