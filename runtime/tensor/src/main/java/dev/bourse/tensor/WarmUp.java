package dev.bourse.tensor;

import java.lang.foreign.MemorySegment;

/** Small dummy work that makes the JIT compiler compile a part of the vector twin. */
final class WarmUp {
  private static final int ROWS = 64;
  private static final int COLS = 256;
  private static final int DIM = 64;
  private static final int SLOTS = 64;

  /** Calls between two looks at the clock. */
  private static final int BATCH = 10;

  /**
   * Times of the scalar twin that compiled vector code stays below, even on small data and a busy
   * machine; before it is compiled, it takes some tens.
   */
  private static final double COMPILED = 1.5;

  /** Calls with compiled code that make sure that it is here to stay. */
  private static final int FAST_BATCHES = 3;

  /** A part of a twin, called on data of its own. */
  @FunctionalInterface
  interface Exercise {
    void run(Kernels kernels);
  }

  private WarmUp() {}

  /**
   * Calls {@code vector} until it is about as fast as the scalar twin, for {@code limitNanos} at
   * most.
   *
   * @return whether it became as fast
   */
  static boolean run(Exercise exercise, Kernels vector, long limitNanos) {
    long start = System.nanoTime();
    long scalarBest = Long.MAX_VALUE;
    int fast = 0;
    while (System.nanoTime() - start < limitNanos) {
      scalarBest = Math.min(scalarBest, nanos(exercise, Kernels.scalar()));
      fast = nanos(exercise, vector) <= COMPILED * scalarBest ? fast + 1 : 0;
      if (fast == FAST_BATCHES) {
        return true;
      }
    }
    return false;
  }

  private static long nanos(Exercise exercise, Kernels kernels) {
    long start = System.nanoTime();
    for (int i = 0; i < BATCH; i++) {
      exercise.run(kernels);
    }
    return System.nanoTime() - start;
  }

  static Exercise matmul(BlockFormat format, int tokens) {
    byte[] zeros = new byte[Math.toIntExact(format.type().bytes((long) ROWS * COLS))];
    float[] x = new float[Packing.length(tokens, COLS)];
    float[] xSums = new float[Packing.sumsLength(tokens, COLS)];
    float[] y = new float[tokens * ROWS];
    Scratch scratch = new Scratch();
    WeightMatrix w;
    try (WorkerPool pool = new WorkerPool(1)) {
      w =
          WeightMatrix.repack(
              "warm-up", format.type(), ROWS, COLS, MemorySegment.ofArray(zeros), pool);
    }
    return kernels -> kernels.matmul(w, 0, w.groups(), x, xSums, tokens, y, scratch);
  }

  static Exercise attention() {
    int pageTokens = 16;
    long pageBytes = 2L * pageTokens * DIM * Float.BYTES;
    long[] pages = new long[SLOTS / pageTokens];
    for (int p = 0; p < pages.length; p++) {
      pages[p] = p * pageBytes;
    }
    OffHeapMemory memory = OffHeapMemory.allocate(pages.length * pageBytes);
    PagedKv kv = new PagedKv(memory.segment(), pages, 0, pageBytes / 2, 1, DIM, pageTokens);
    float[] q = new float[4 * DIM];
    float[] out = new float[4 * DIM];
    Scores scores = Scores.scaled(0.125f);
    Scratch scratch = new Scratch();
    return kernels -> kernels.attention(kv, 0, SLOTS, null, 0, 4, q, 0, scores, out, 0, scratch);
  }

  static Exercise elementwise() {
    int n = 256;
    float[] x = new float[n];
    float[] y = new float[n];
    RopeTable table = new RopeTable(RopeTable.Pairing.HALVES, DIM, 10_000, null, 1);
    Scratch scratch = new Scratch();
    return kernels -> {
      kernels.rmsNorm(x, 0, n, y, 1e-5f, x, 0, scratch);
      kernels.rope(x, 0, n / DIM, DIM, table, 0);
      kernels.siluMul(x, 0, y, 0, n);
      kernels.add(x, 0, y, 0, n);
      kernels.softmax(y, 0, n);
    };
  }

  static Exercise tanh() {
    int n = 256;
    float[] x = new float[n];
    float[] y = new float[n];
    return kernels -> {
      kernels.geluMul(x, 0, y, 0, n);
      kernels.softCap(x, 0, n, 30);
    };
  }
}
