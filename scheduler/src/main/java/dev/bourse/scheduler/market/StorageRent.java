package dev.bourse.scheduler.market;

import java.util.Arrays;

/**
 * What stored snapshots pay, out of the escrows that were funded when they were saved.
 *
 * <p>A snapshot pays for every MiB begun and for the time it is stored. What is less than a
 * micro-credit is carried over to the next charge, so that it does not matter how often they are
 * charged: all charges of a snapshot together are what its size times its time costs, rounded down.
 *
 * <p>When its escrow runs out, a snapshot is <em>demoted</em>: it is on disk only, and its pages
 * may not be kept in memory for it. It is never deleted for that, nor does it run into debt: a
 * demoted one pays nothing, and when it is {@linkplain #fund funded} anew it pays from then on.
 *
 * <p>Cost: O(snapshots) for a charge, O(1) for the rest; allocates only to grow.
 */
public final class StorageRent {
  private static final int MIB_BITS = 20;

  private final Ledger ledger;
  private final long price;
  private final int ticksPerHour;

  private final Numbers snapshots = new Numbers("stored snapshot");
  private int[] escrows = new int[64];
  private long[] mebibytes = new long[64];
  private boolean[] demoted = new boolean[64];

  /** What it owes beyond whole micro-credits, in parts of which there are ticksPerHour. */
  private int[] carried = new int[64];

  /**
   * @param price micro-credits for each MiB and hour, 0 for none
   * @param ticksPerHour of the ticks that {@link #charge} is given
   */
  public StorageRent(Ledger ledger, long price, int ticksPerHour) {
    if (price < 0 || ticksPerHour < 1) {
      throw new IllegalArgumentException(
          "a price of "
              + price
              + " for an hour of "
              + ticksPerHour
              + " ticks: give at least 0 and 1");
    }
    this.ledger = ledger;
    this.price = price;
    this.ticksPerHour = ticksPerHour;
  }

  /**
   * Begins to charge a snapshot.
   *
   * @param escrow of {@link Ledger#fund}; it is drained here, and refunded by {@link #remove}
   * @param bytes it takes on disk, not negative
   * @return its number
   */
  public int store(int escrow, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a snapshot of " + bytes + " bytes");
    }
    ledger.escrow(escrow); // Refuses one that is closed.
    int snapshot = snapshots.open();
    if (snapshot >= escrows.length) {
      int capacity = snapshot * 2;
      escrows = Arrays.copyOf(escrows, capacity);
      mebibytes = Arrays.copyOf(mebibytes, capacity);
      demoted = Arrays.copyOf(demoted, capacity);
      carried = Arrays.copyOf(carried, capacity);
    }
    escrows[snapshot] = escrow;
    mebibytes[snapshot] = (bytes >> MIB_BITS) + ((bytes & ((1L << MIB_BITS) - 1)) == 0 ? 0 : 1);
    demoted[snapshot] = false;
    carried[snapshot] = 0;
    return snapshot;
  }

  /**
   * Has every snapshot pay for the time since the last charge, and demotes those whose escrow does
   * not cover it.
   *
   * @param ticks not negative
   * @return micro-credits that were paid
   */
  public long charge(int ticks) {
    if (ticks < 0) {
      throw new IllegalArgumentException("a charge for " + ticks + " ticks");
    }
    long paid = 0;
    for (int snapshot = 0; snapshot < snapshots.limit(); snapshot++) {
      if (snapshots.isOpen(snapshot) && !demoted[snapshot]) {
        paid += charge(snapshot, ticks);
      }
    }
    snapshots.rest();
    return paid;
  }

  private long charge(int snapshot, int ticks) {
    long hourly = Amounts.times(mebibytes[snapshot], price);
    long parts = hourly % ticksPerHour * ticks + carried[snapshot];
    long due = Amounts.plus(Amounts.times(hourly / ticksPerHour, ticks), parts / ticksPerHour);
    carried[snapshot] = (int) (parts % ticksPerHour);
    long paid = ledger.drain(escrows[snapshot], due);
    if (paid < due) {
      demoted[snapshot] = true;
      carried[snapshot] = 0;
    }
    return paid;
  }

  /** Whether its escrow ran out: it is on disk only, and may not be kept in memory. */
  public boolean isDemoted(int snapshot) {
    snapshots.check(snapshot);
    return demoted[snapshot];
  }

  /**
   * Has a snapshot pay out of another escrow from now on, and no longer be demoted. What is left in
   * the earlier one is refunded.
   */
  public void fund(int snapshot, int escrow) {
    snapshots.check(snapshot);
    ledger.escrow(escrow);
    if (escrow == escrows[snapshot]) {
      throw new IllegalArgumentException(
          "snapshot " + snapshot + " pays out of escrow " + escrow + " already: fund another one");
    }
    ledger.refund(escrows[snapshot]);
    escrows[snapshot] = escrow;
    demoted[snapshot] = false;
  }

  /** A snapshot was deleted, by whoever may: what is left of its escrow is refunded. */
  public void remove(int snapshot) {
    snapshots.check(snapshot);
    ledger.refund(escrows[snapshot]);
    snapshots.close(snapshot);
  }
}
