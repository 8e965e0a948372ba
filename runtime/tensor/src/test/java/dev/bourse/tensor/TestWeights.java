package dev.bourse.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** A random tensor in GGUF's layout, with the exact value of every weight. */
final class TestWeights {
  final TensorType type;
  final int rows;
  final int cols;
  final byte[] bytes;

  /** The weights before scaling, {@code [rows][cols]}. */
  final float[] plain;

  /** The scale of each weight. */
  final float[] scales;

  /** What is added to each weight. */
  final float[] minima;

  private TestWeights(TensorType type, int rows, int cols) {
    this.type = type;
    this.rows = rows;
    this.cols = cols;
    this.bytes = new byte[Math.toIntExact(type.bytes((long) rows * cols))];
    this.plain = new float[rows * cols];
    this.scales = new float[rows * cols];
    this.minima = new float[rows * cols];
  }

  static TestWeights random(TensorType type, int rows, int cols, long seed) {
    TestWeights weights = new TestWeights(type, rows, cols);
    Random random = new Random(seed);
    ByteBuffer out = ByteBuffer.wrap(weights.bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < rows * cols; at += type.blockSize()) {
      int start = out.position();
      fill(type, random, out);
      out.position(start);
      GgmlReference.decode(type, out, at, weights);
      out.position(start + type.blockBytes());
    }
    return weights;
  }

  /** Any bits are a block, but for the floats in it. */
  private static void fill(TensorType type, Random random, ByteBuffer out) {
    int start = out.position();
    byte[] any = new byte[type.blockBytes()];
    random.nextBytes(any);
    out.put(any);
    switch (type) {
      case F32 -> out.putFloat(start, (float) random.nextGaussian());
      case F16, Q8_0, Q4_0, Q5_0, IQ4_NL, IQ4_XS -> out.putShort(start, half(random));
      case BF16 ->
          out.putShort(
              start,
              (short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> Short.SIZE));
      case Q4_1, Q5_1, Q4_K, Q5_K -> {
        out.putShort(start, half(random));
        out.putShort(start + 2, half(random));
      }
      case Q2_K -> {
        out.putShort(start + 80, half(random));
        out.putShort(start + 82, half(random));
      }
      case Q3_K -> out.putShort(start + 108, half(random));
      case Q6_K -> out.putShort(start + 208, half(random));
      case MXFP4 -> out.put(start, (byte) (random.nextInt(8) == 0 ? 0 : random.nextInt(90, 140)));
      default -> throw new IllegalArgumentException("no test weights of type " + type);
    }
  }

  /** Of both signs, now and then subnormal or zero. */
  private static short half(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> (short) (random.nextInt(0x400) | (random.nextBoolean() ? 0x8000 : 0));
      default -> Float.floatToFloat16((float) (random.nextGaussian() * 0.05));
    };
  }

  WeightMatrix repack(WorkerPool pool) {
    return WeightMatrix.repack("test", type, rows, cols, MemorySegment.ofArray(bytes), pool);
  }

  /** Columns that share a scale and a minimum, as far as the order of operations goes. */
  private int groupColumns() {
    return switch (type) {
      case Q2_K, Q3_K, Q6_K -> 16;
      default -> 32;
    };
  }

  private boolean hasMinima() {
    return switch (type) {
      case Q4_1, Q5_1, Q2_K, Q4_K, Q5_K -> true;
      default -> false;
    };
  }

  /** What an embedding lookup gives. */
  float value(int row, int col) {
    int at = row * cols + col;
    return hasMinima() ? Math.fma(plain[at], scales[at], minima[at]) : plain[at] * scales[at];
  }

  /** The canonical result, one operation after the other. */
  float canonical(int row, float[] x, int xAt) {
    float acc = 0f;
    for (int b = 0; b < cols; b += groupColumns()) {
      float s = 0f;
      for (int k = b; k < b + groupColumns(); k++) {
        s = Math.fma(plain[row * cols + k], x[xAt + k], s);
      }
      acc = Math.fma(s, scales[row * cols + b], acc);
      if (hasMinima()) {
        acc = Math.fma(sum(x, xAt + b), minima[row * cols + b], acc);
      }
    }
    return acc;
  }

  private float sum(float[] x, int at) {
    float first = sum16(x, at);
    return groupColumns() == 16 ? first : first + sum16(x, at + 16);
  }

  private static float sum16(float[] x, int at) {
    float sum = 0f;
    for (int k = 0; k < 16; k++) {
      sum += x[at + k];
    }
    return sum;
  }

  double exact(int row, float[] x, int xAt) {
    double sum = 0;
    for (int k = 0; k < cols; k++) {
      int at = row * cols + k;
      sum += ((double) plain[at] * scales[at] + minima[at]) * x[xAt + k];
    }
    return sum;
  }

  /** Sum of the magnitudes of the terms: what an error is measured against. */
  double magnitude(int row, float[] x, int xAt) {
    double sum = 0;
    for (int k = 0; k < cols; k++) {
      int at = row * cols + k;
      sum += Math.abs((double) plain[at] * scales[at] * x[xAt + k]);
      sum += Math.abs((double) minima[at] * x[xAt + k]);
    }
    return sum;
  }

  static float[] gaussian(int length, Random random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
