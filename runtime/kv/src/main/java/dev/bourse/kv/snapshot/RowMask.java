package dev.bourse.kv.snapshot;

import java.util.Arrays;
import java.util.Objects;

/**
 * What the row of one token sees, where that is not everything before it.
 *
 * @param slot of the token
 * @param runs lengths of runs, first of unseen slots, then of seen ones, and so on; unseen to the
 *     end after the last
 */
@SuppressWarnings("ArrayRecordComponent") // compared below
public record RowMask(int slot, int[] runs) {
  /**
   * @throws IllegalArgumentException if a number is negative
   */
  public RowMask {
    if (slot < 0 || Arrays.stream(runs).anyMatch(run -> run < 0)) {
      throw new IllegalArgumentException("the mask of slot " + slot + " has a negative number");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowMask mask && slot == mask.slot && Arrays.equals(runs, mask.runs);
  }

  @Override
  public int hashCode() {
    return Objects.hash(slot, Arrays.hashCode(runs));
  }
}
