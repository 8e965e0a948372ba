package dev.bourse.scheduler.simulation;

import java.util.Arrays;

/** What became of every turn, one row for each, in the order in which they ended. */
public final class TurnLog {
  private int size;
  private int[] tenants = new int[1024];
  private int[] values = new int[1024];
  private int[] tokens = new int[1024];
  private int[] waits = new int[1024];
  private long[] begins = new long[1024];
  private long[] ends = new long[1024];
  private long[] ideals = new long[1024];

  void add(SimulatedContext context, long now) {
    if (size == tenants.length) {
      grow();
    }
    int row = size++;
    tenants[row] = context.agent.tenant();
    values[row] = context.agent.value();
    tokens[row] = context.turnNow().prompt() + context.turnNow().output();
    waits[row] = context.worstWait;
    begins[row] = context.turnBegin;
    ends[row] = now;
    ideals[row] = context.idealMicros;
  }

  public int size() {
    return size;
  }

  public int tenant(int row) {
    return tenants[row];
  }

  /** Credits it was worth. */
  public int value(int row) {
    return values[row];
  }

  /** Tokens it had to compute at least, prompt and output. */
  public int tokens(int row) {
    return tokens[row];
  }

  /** Steps it waited for a slot at most, having everything else. */
  public int worstWait(int row) {
    return waits[row];
  }

  public long beginMicros(int row) {
    return begins[row];
  }

  public long endMicros(int row) {
    return ends[row];
  }

  /** How much longer it took than it would have alone. */
  public double slowdown(int row) {
    return (ends[row] - begins[row]) / (double) ideals[row];
  }

  /** Whether it took no more than twice as long as it would have alone. */
  public boolean isOnTime(int row) {
    return ends[row] - begins[row] <= 2 * ideals[row];
  }

  private void grow() {
    int capacity = size * 2;
    tenants = Arrays.copyOf(tenants, capacity);
    values = Arrays.copyOf(values, capacity);
    tokens = Arrays.copyOf(tokens, capacity);
    waits = Arrays.copyOf(waits, capacity);
    begins = Arrays.copyOf(begins, capacity);
    ends = Arrays.copyOf(ends, capacity);
    ideals = Arrays.copyOf(ideals, capacity);
  }
}
