package dev.bourse.bench;

import dev.bourse.tensor.OffHeapMemory;
import dev.bourse.tensor.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What this machine can give at best, with the threads of a pool: multiply-adds from registers, and
 * reading a buffer of a given size again and again.
 *
 * @param flops floating-point operations a second; a multiply-add is two
 * @param readBytes bytes a second
 */
record MachineLimits(double flops, double readBytes) {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final int PASSES = 9;
  private static final int MULTIPLY_ADDS = 1 << 22;

  /** Measures, about a second. */
  static MachineLimits measure(WorkerPool pool, long bytes) {
    double[] flops = new double[PASSES];
    double[] reads = new double[PASSES];
    float[][] sinks = new float[pool.threads()][FLOATS.length()];
    long[] sums = new long[pool.threads()];
    try (OffHeapMemory memory = OffHeapMemory.allocate(bytes)) {
      MemorySegment all = memory.segment();
      long slice = bytes / pool.threads() / 1024 * 1024;
      int repeats = (int) Math.max(1, (256L << 20) / bytes);
      for (int pass = 0; pass < PASSES; pass++) {
        long begin = System.nanoTime();
        pool.run(pool.threads(), (task, worker) -> multiplyAdd(sinks[task]));
        long middle = System.nanoTime();
        pool.run(
            pool.threads(),
            (task, worker) -> {
              for (int i = 0; i < repeats; i++) {
                sums[task] += read(all, task * slice, slice);
              }
            });
        long end = System.nanoTime();
        flops[pass] =
            2.0 * 10 * FLOATS.length() * MULTIPLY_ADDS * pool.threads() / (middle - begin) * 1e9;
        reads[pass] = (double) slice * pool.threads() * repeats / (end - middle) * 1e9;
      }
    }
    return new MachineLimits(median(flops), median(reads));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** Ten independent chains: enough to hide the latency of a multiply-add on two ports. */
  private static void multiplyAdd(float[] sink) {
    FloatVector x = FloatVector.broadcast(FLOATS, 0.999f);
    FloatVector y = FloatVector.broadcast(FLOATS, 1e-7f);
    FloatVector a = x;
    FloatVector b = y;
    FloatVector c = x;
    FloatVector d = y;
    FloatVector e = x;
    FloatVector f = y;
    FloatVector g = x;
    FloatVector h = y;
    FloatVector i = x;
    FloatVector j = y;
    for (int n = 0; n < MULTIPLY_ADDS; n++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
    }
    a.add(b).add(c.add(d)).add(e.add(f)).add(g.add(h)).add(i.add(j)).intoArray(sink, 0);
  }

  private static long read(MemorySegment memory, long from, long bytes) {
    long step = LONGS.vectorByteSize();
    LongVector a = LongVector.zero(LONGS);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    for (long at = from; at + 4 * step <= from + bytes; at += 4 * step) {
      a = a.add(LongVector.fromMemorySegment(LONGS, memory, at, ByteOrder.LITTLE_ENDIAN));
      b = b.add(LongVector.fromMemorySegment(LONGS, memory, at + step, ByteOrder.LITTLE_ENDIAN));
      c =
          c.add(
              LongVector.fromMemorySegment(LONGS, memory, at + 2 * step, ByteOrder.LITTLE_ENDIAN));
      d =
          d.add(
              LongVector.fromMemorySegment(LONGS, memory, at + 3 * step, ByteOrder.LITTLE_ENDIAN));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }
}
