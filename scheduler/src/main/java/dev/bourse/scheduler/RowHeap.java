package dev.bourse.scheduler;

import java.util.Arrays;

/**
 * Rows of {@link Demands}, the first of an order on top: a binary heap, because of thousands that
 * wait a step serves some hundred, and sorting the others would be for nothing. Allocates only to
 * grow.
 */
public final class RowHeap {
  /** An order of rows. It must be total. */
  @FunctionalInterface
  public interface Order {
    boolean isBefore(Demands demands, int row, int other);
  }

  private Demands demands = new Demands();
  private Order order = Demands::isBefore;
  private int[] rows = new int[64];
  private int size;

  /** Makes the heap empty, for rows of {@code newDemands}. */
  public void clear(Demands newDemands) {
    demands = newDemands;
    size = 0;
  }

  /** Adds a row, before the heap is {@linkplain #order ordered}. */
  public void add(int row) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, size * 2);
    }
    rows[size++] = row;
  }

  /** Puts the rows in order. */
  public void order(Order newOrder) {
    order = newOrder;
    for (int at = size / 2 - 1; at >= 0; at--) {
      sink(at);
    }
  }

  /** Adds a row to a heap that is ordered. */
  public void insert(int row) {
    add(row);
    int at = size - 1;
    while (at > 0 && order.isBefore(demands, row, rows[(at - 1) / 2])) {
      rows[at] = rows[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    rows[at] = row;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public int size() {
    return size;
  }

  /** The first row. */
  public int first() {
    return rows[0];
  }

  /** The first row, which is removed. */
  public int remove() {
    int first = rows[0];
    rows[0] = rows[--size];
    sink(0);
    return first;
  }

  private void sink(int start) {
    int at = start;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && order.isBefore(demands, rows[child + 1], rows[child])) {
        child++;
      }
      if (!order.isBefore(demands, rows[child], rows[at])) {
        return;
      }
      int row = rows[at];
      rows[at] = rows[child];
      rows[child] = row;
      at = child;
    }
  }
}
