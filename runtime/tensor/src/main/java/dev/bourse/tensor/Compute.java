package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.ROWS;

/**
 * Kernels spread over a pool of workers, with a {@link Scratch} for each.
 *
 * <p>One caller at a time: the buffers of a product in progress belong to this object.
 */
public final class Compute {
  /** Multiply-adds below which a task is not worth handing to another core, some microseconds. */
  private static final long TASK_WORK_MIN = 1 << 17;

  /** Tasks for each thread, so that the slowest ends soon after the fastest. */
  private static final int TASKS_PER_THREAD = 8;

  /** Row groups a kernel takes at once: four for one token, two for a tile of tokens. */
  private static final int VECTOR_GROUPS = 4;

  private static final int TILE_GROUPS = 2;

  private final Kernels kernels;
  private final WorkerPool pool;
  private final Scratch[] scratches;
  private final Product product = new Product();
  private final WeightMatrix[] oneMatrix = new WeightMatrix[1];
  private final float[][] oneResult = new float[1][];

  /** Runs {@code kernels} on {@code pool}; the pool stays the caller's to close. */
  public Compute(Kernels kernels, WorkerPool pool) {
    this.kernels = kernels;
    this.pool = pool;
    this.scratches = new Scratch[pool.threads()];
    for (int i = 0; i < scratches.length; i++) {
      scratches[i] = new Scratch();
    }
  }

  public Kernels kernels() {
    return kernels;
  }

  public WorkerPool pool() {
    return pool;
  }

  /** The working memory of a worker, for tasks that call kernels themselves. */
  public Scratch scratch(int worker) {
    return scratches[worker];
  }

  /**
   * y[t][r] = Σ<sub>k</sub> w[r][k] · x[t][k].
   *
   * @param x {@code [tokens][w.cols()]}
   * @param y {@code [tokens][w.rows()]}
   * @throws IllegalArgumentException if an array is too short or {@code tokens} is not positive
   */
  public void matmul(WeightMatrix w, float[] x, int tokens, float[] y) {
    oneMatrix[0] = w;
    oneResult[0] = y;
    matmul(oneMatrix, x, tokens, oneResult);
  }

  /**
   * Products of several matrices with the same activations, in one parallel run: queries, keys and
   * values, or gate and up.
   *
   * @param w matrices with the same number of columns
   * @param x {@code [tokens][cols]}
   * @param y for each matrix {@code [tokens][rows]}
   * @throws IllegalArgumentException if an array is too short, {@code tokens} is not positive, or
   *     the matrices differ in columns
   */
  public void matmul(WeightMatrix[] w, float[] x, int tokens, float[][] y) {
    requireShapes(w, x, tokens, y);
    product.run(w, x, tokens, y);
  }

  private static void requireShapes(WeightMatrix[] w, float[] x, int tokens, float[][] y) {
    if (tokens <= 0 || w.length == 0 || w.length != y.length) {
      throw new IllegalArgumentException(
          "%d tokens, %d matrices, %d results: a product needs some, and a result for each matrix"
              .formatted(tokens, w.length, y.length));
    }
    int cols = w[0].cols();
    if (x.length < (long) tokens * cols) {
      throw new IllegalArgumentException(
          "activations of %d floats for %d tokens of %d".formatted(x.length, tokens, cols));
    }
    for (int i = 0; i < w.length; i++) {
      if (w[i].cols() != cols) {
        throw new IllegalArgumentException(
            "matrices of %d and %d columns in one product".formatted(cols, w[i].cols()));
      }
      if (y[i].length < (long) tokens * w[i].rows()) {
        throw new IllegalArgumentException(
            "a result of %d floats for %d tokens of %d"
                .formatted(y[i].length, tokens, w[i].rows()));
      }
    }
  }

  /** The product in progress; its two steps are tasks without captured variables. */
  private final class Product {
    private final WorkerPool.Task packTask = this::packTile;
    private final WorkerPool.Task multiplyTask = this::multiply;
    private WeightMatrix[] matrices = {};
    private float[][] results = {};
    private float[] activations = {};
    private float[] packed = {};
    private float[] sums = {};
    private boolean sumsAreNeeded;
    private int tokens;
    private int groupsPerTask;

    void run(WeightMatrix[] w, float[] x, int tokens, float[][] y) {
      this.matrices = w;
      this.results = y;
      this.activations = x;
      this.tokens = tokens;
      prepareSums(w, x, tokens);
      if (tokens > 1) {
        int length = Packing.length(tokens, w[0].cols());
        if (packed.length < length) {
          packed = new float[length];
        }
        runInline(Packing.tiles(tokens), (long) tokens * w[0].cols() * 8, packTask);
      }
      int groups = 0;
      for (WeightMatrix matrix : w) {
        groups += matrix.groups();
      }
      long groupWork = (long) ROWS * w[0].cols() * tokens;
      groupsPerTask = groupsPerTask(groups, groupWork);
      int tasks = 0;
      for (WeightMatrix matrix : w) {
        tasks += Math.ceilDiv(matrix.groups(), groupsPerTask);
      }
      runInline(tasks, groups * groupWork, multiplyTask);
    }

    private void prepareSums(WeightMatrix[] w, float[] x, int tokens) {
      sumsAreNeeded = false;
      for (WeightMatrix matrix : w) {
        sumsAreNeeded |= matrix.format().scaling().hasMinima();
      }
      if (!sumsAreNeeded) {
        return;
      }
      int cols = w[0].cols();
      int length = Packing.sumsLength(tokens, cols);
      if (sums.length < length) {
        sums = new float[length];
      }
      if (tokens == 1) {
        Packing.sums(x, 1, cols, 0, 1, sums);
      }
    }

    /** Small work is done here and now, larger work by the pool. */
    private void runInline(int tasks, long work, WorkerPool.Task task) {
      if (work < TASK_WORK_MIN) {
        for (int i = 0; i < tasks; i++) {
          task.run(i, 0);
        }
      } else {
        pool.run(tasks, task);
      }
    }

    private int groupsPerTask(int groups, long groupWork) {
      int unit = tokens == 1 ? VECTOR_GROUPS : TILE_GROUPS;
      long fair = groups / ((long) pool.threads() * TASKS_PER_THREAD);
      long worthwhile = Math.ceilDiv(TASK_WORK_MIN, groupWork);
      long wanted = Math.min(groups, Math.max(fair, worthwhile));
      return (int) Math.max(unit, Math.ceilDiv(wanted, unit) * unit);
    }

    private void packTile(int tile, int worker) {
      int cols = matrices[0].cols();
      kernels.pack(activations, tokens, cols, packed, tile, tile + 1);
      if (sumsAreNeeded) {
        Packing.sums(packed, tokens, cols, tile, tile + 1, sums);
      }
    }

    private void multiply(int task, int worker) {
      int index = 0;
      int inMatrix = task;
      for (int tasks = tasksOf(index); inMatrix >= tasks; tasks = tasksOf(index)) {
        inMatrix -= tasks;
        index++;
      }
      WeightMatrix w = matrices[index];
      int first = inMatrix * groupsPerTask;
      int end = Math.min(w.groups(), first + groupsPerTask);
      float[] x = tokens == 1 ? activations : packed;
      kernels.matmul(w, first, end, x, sums, tokens, results[index], scratches[worker]);
    }

    private int tasksOf(int index) {
      return Math.ceilDiv(matrices[index].groups(), groupsPerTask);
    }
  }
}
