package dev.bourse.tensor;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * What a machine can physically give, measured: the bounds that kernels are compared with. On a
 * machine that does other work at the same time they are lower, as everything else is.
 */
public final class MachineLimits {
  /** More than any cache of a machine of this kind holds. */
  private static final long READ_BYTES = 1L << 30;

  /**
   * Small pieces of work: methods that are called often are compiled, loops that run long are not.
   */
  private static final long READ_PIECE = 64 << 10;

  private static final int FMA_STEPS = 1_000;
  private static final int FMA_PIECES = 2_000;

  /** Chains that keep both multiply-adders of a core busy. */
  private static final int CHAINS = 12;

  private MachineLimits() {}

  /**
   * Bytes that all threads of a pool read from memory in a second, on huge pages if the system has
   * them: the best of some passes.
   *
   * @param nanos how long to measure
   */
  public static double readBytesPerSecond(WorkerPool pool, long nanos) {
    try (OffHeapMemory memory = OffHeapMemory.allocate(READ_BYTES)) {
      MemorySegment segment = memory.segment();
      segment.fill((byte) 1);
      int[] sums = new int[pool.threads()];
      long part = READ_BYTES / pool.threads() / READ_PIECE * READ_PIECE;
      return best(
          pool,
          nanos,
          (double) part,
          (task, worker) -> {
            for (long at = task * part; at < (task + 1) * part; at += READ_PIECE) {
              sums[task] += sum(segment, at, READ_PIECE);
            }
          });
    }
  }

  /**
   * 32-bit multiply-adds that all threads of a pool do in a second, each counted as two operations:
   * the best of some passes.
   *
   * @param nanos how long to measure
   */
  public static double flopsPerSecond(WorkerPool pool, long nanos) {
    float[] sums = new float[pool.threads() * Simd.LANES];
    double flops = 2.0 * CHAINS * Simd.LANES * FMA_STEPS * FMA_PIECES;
    return best(
        pool,
        nanos,
        flops,
        (task, worker) -> {
          for (int piece = 0; piece < FMA_PIECES; piece++) {
            multiplyAdd(sums, task * Simd.LANES, 1f / FMA_STEPS);
          }
        });
  }

  private static double best(
      WorkerPool pool, long nanos, double workPerThread, WorkerPool.Task task) {
    double best = 0;
    long start = System.nanoTime();
    do {
      long before = System.nanoTime();
      pool.run(pool.threads(), task);
      double seconds = (System.nanoTime() - before) / 1e9;
      best = Math.max(best, pool.threads() * workPerThread / seconds);
    } while (System.nanoTime() - start < nanos);
    return best;
  }

  private static int sum(MemorySegment memory, long from, long bytes) {
    IntVector a = IntVector.zero(Simd.I);
    IntVector b = IntVector.zero(Simd.I);
    IntVector c = IntVector.zero(Simd.I);
    IntVector d = IntVector.zero(Simd.I);
    long step = 4L * Simd.LANES;
    for (long at = from; at < from + bytes; at += 4 * step) {
      a = a.add(Simd.words(memory, at));
      b = b.add(Simd.words(memory, at + step));
      c = c.add(Simd.words(memory, at + 2 * step));
      d = d.add(Simd.words(memory, at + 3 * step));
    }
    int[] lanes = a.add(b).add(c.add(d)).toArray();
    return lanes[0];
  }

  private static void multiplyAdd(float[] sums, int at, float x) {
    FloatVector f = FloatVector.broadcast(Simd.F, x);
    FloatVector a = f;
    FloatVector b = f;
    FloatVector c = f;
    FloatVector d = f;
    FloatVector e = f;
    FloatVector g = f;
    FloatVector h = f;
    FloatVector i = f;
    FloatVector j = f;
    FloatVector k = f;
    FloatVector l = f;
    FloatVector m = f;
    for (int step = 0; step < FMA_STEPS; step++) {
      a = a.fma(f, a);
      b = b.fma(f, b);
      c = c.fma(f, c);
      d = d.fma(f, d);
      e = e.fma(f, e);
      g = g.fma(f, g);
      h = h.fma(f, h);
      i = i.fma(f, i);
      j = j.fma(f, j);
      k = k.fma(f, k);
      l = l.fma(f, l);
      m = m.fma(f, m);
    }
    FloatVector sum =
        a.add(b).add(c).add(d).add(e).add(g).add(h).add(i).add(j).add(k).add(l).add(m);
    sum.intoArray(sums, at);
  }
}
