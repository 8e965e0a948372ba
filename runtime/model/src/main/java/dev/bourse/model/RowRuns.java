package dev.bourse.model;

import dev.bourse.tensor.Compute;
import dev.bourse.tensor.Scratch;
import dev.bourse.tensor.WorkerPool;

/**
 * Runs work that is independent from row to row, on the calling thread if there is little of it, on
 * all workers otherwise. How rows are shared out changes no result: each row is computed by one
 * thread in one order.
 */
final class RowRuns {
  /** Work on consecutive rows. */
  @FunctionalInterface
  interface Body {
    /**
     * Computes rows {@code from} to {@code end}, exclusive.
     *
     * @param scratch of the thread that calls
     */
    void run(int from, int end, Scratch scratch);
  }

  /** Operations below which handing work to another core costs more than it saves. */
  private static final long TASK_WORK_MIN = 1 << 16;

  private final Compute compute;
  private final WorkerPool.Task task = this::runTask;
  private Body body = (from, end, scratch) -> {};
  private int rows;
  private int rowsPerTask;

  RowRuns(Compute compute) {
    this.compute = compute;
  }

  /**
   * Runs {@code newBody} on all rows and returns when it is done.
   *
   * @param workPerRow about how many operations a row takes
   */
  void run(int rowCount, long workPerRow, Body newBody) {
    long total = rowCount * workPerRow;
    if (total < 2 * TASK_WORK_MIN || compute.pool().threads() == 1) {
      newBody.run(0, rowCount, compute.scratch(0));
      return;
    }
    body = newBody;
    rows = rowCount;
    rowsPerTask = Math.clamp(TASK_WORK_MIN / Math.max(1, workPerRow), 1, rowCount);
    compute.pool().run(Math.ceilDiv(rowCount, rowsPerTask), task);
  }

  private void runTask(int index, int worker) {
    int from = index * rowsPerTask;
    body.run(from, Math.min(rows, from + rowsPerTask), compute.scratch(worker));
  }
}
