package dev.bourse.scheduler.market;

import java.util.ArrayList;
import java.util.List;

/** The last steps of the market, in columns that are used again in turn. */
public final class PriceHistory {
  private final int capacity;
  private final int[] slots;
  private final long[] wanted;
  private final int[] tokens;
  private final long[] slotPrices;
  private final long[] rents;
  private final long[] revenues;
  private final int[] waiting;
  private long steps;

  PriceHistory(int capacity) {
    this.capacity = capacity;
    slots = new int[capacity];
    wanted = new long[capacity];
    tokens = new int[capacity];
    slotPrices = new long[capacity];
    rents = new long[capacity];
    revenues = new long[capacity];
    waiting = new int[capacity];
  }

  /** Adds a step; see {@link Tick}. */
  void add(
      int stepSlots,
      long stepWanted,
      int stepTokens,
      long slotPrice,
      long rent,
      long revenue,
      int stepWaiting) {
    int at = (int) (steps++ % capacity);
    slots[at] = stepSlots;
    wanted[at] = stepWanted;
    tokens[at] = stepTokens;
    slotPrices[at] = slotPrice;
    rents[at] = rent;
    revenues[at] = revenue;
    waiting[at] = stepWaiting;
  }

  /** Steps there were, remembered or not. */
  public long steps() {
    return steps;
  }

  /** The last steps that are remembered, the oldest first, {@code count} at most. */
  public List<Tick> last(int count) {
    List<Tick> ticks = new ArrayList<>();
    for (long step = Math.max(steps - Math.min(count, capacity), 0); step < steps; step++) {
      ticks.add(tick(step));
    }
    return ticks;
  }

  /** The last step, or {@link Tick#BEGIN}. */
  public Tick last() {
    return steps == 0 ? Tick.BEGIN : tick(steps - 1);
  }

  private Tick tick(long step) {
    int at = (int) (step % capacity);
    return new Tick(
        step + 1,
        slots[at],
        wanted[at],
        tokens[at],
        slotPrices[at],
        rents[at],
        revenues[at],
        waiting[at]);
  }
}
