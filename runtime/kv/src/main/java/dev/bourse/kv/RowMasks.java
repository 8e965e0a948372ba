package dev.bourse.kv;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attention masks of rows as {@link PageContent} wants them: equal masks, equal runs. */
public final class RowMasks {
  private RowMasks() {}

  /**
   * Whether a mask shows one of the slots from {@code from} on, before {@code end}.
   *
   * @param runs normalized as {@link PageContent} says, or null
   */
  static boolean sees(int @Nullable [] runs, int from, int end) {
    if (runs == null) {
      return true;
    }
    int at = 0;
    for (int i = 0; i < runs.length && at < end; i++) {
      int next = at + runs[i];
      if (i % 2 == 1 && next > from && next > at) {
        return true;
      }
      at = next;
    }
    return false;
  }

  /**
   * The runs of a row that attends to the slots in {@code visible}; null if those are all slots up
   * to its own.
   *
   * @param slot the row's own; what {@code visible} says of later ones does not count
   */
  public static int @Nullable [] runs(BitSet visible, int slot) {
    if (visible.nextClearBit(0) > slot) {
      return null;
    }
    List<Integer> runs = new ArrayList<>();
    int at = 0;
    for (int first = visible.nextSetBit(0); first >= 0 && first <= slot; ) {
      int end = Math.min(slot + 1, visible.nextClearBit(first));
      runs.add(first - at);
      runs.add(end - first);
      at = end;
      first = visible.nextSetBit(end);
    }
    return runs.stream().mapToInt(Integer::intValue).toArray();
  }
}
