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

  /** The weights without scale, {@code [rows][cols]}. */
  final float[] plain;

  /** The scale of each weight. */
  final float[] scales;

  private TestWeights(TensorType type, int rows, int cols) {
    this.type = type;
    this.rows = rows;
    this.cols = cols;
    this.bytes = new byte[Math.toIntExact(type.bytes((long) rows * cols))];
    this.plain = new float[rows * cols];
    this.scales = new float[rows * cols];
  }

  static TestWeights random(TensorType type, int rows, int cols, long seed) {
    TestWeights weights = new TestWeights(type, rows, cols);
    Random random = new Random(seed);
    ByteBuffer out = ByteBuffer.wrap(weights.bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < rows * cols; at += type.blockSize()) {
      weights.block(at, random, out);
    }
    return weights;
  }

  private void block(int at, Random random, ByteBuffer out) {
    switch (type) {
      case F32 -> {
        plain[at] = (float) random.nextGaussian();
        out.putFloat(plain[at]);
      }
      case F16 -> {
        short half = half(random);
        plain[at] = Float.float16ToFloat(half);
        out.putShort(half);
      }
      case BF16 -> {
        plain[at] =
            Float.intBitsToFloat(
                Float.floatToRawIntBits((float) random.nextGaussian()) & 0xffff0000);
        out.putShort((short) (Float.floatToRawIntBits(plain[at]) >>> 16));
      }
      case Q8_0 -> {
        scale(at, random, out);
        for (int i = 0; i < 32; i++) {
          byte value = (byte) random.nextInt(-128, 128);
          plain[at + i] = value;
          out.put(value);
        }
      }
      case Q4_0 -> {
        scale(at, random, out);
        for (int i = 0; i < 16; i++) {
          int pair = random.nextInt(256);
          plain[at + i] = (pair & 15) - 8;
          plain[at + i + 16] = (pair >> 4) - 8;
          out.put((byte) pair);
        }
      }
      default -> throw new IllegalArgumentException("no test weights of type " + type);
    }
    if (type.blockSize() == 1) {
      scales[at] = 1f;
    }
  }

  private void scale(int at, Random random, ByteBuffer out) {
    short half = half(random);
    out.putShort(half);
    for (int i = 0; i < 32; i++) {
      scales[at + i] = Float.float16ToFloat(half);
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

  /** The canonical result, one operation after the other. */
  float canonical(int row, float[] x, int xAt) {
    float acc = 0f;
    for (int b = 0; b < cols; b += 32) {
      float s = 0f;
      for (int k = b; k < b + 32; k++) {
        s = Math.fma(plain[row * cols + k], x[xAt + k], s);
      }
      acc = Math.fma(s, scales[row * cols + b], acc);
    }
    return acc;
  }

  double exact(int row, float[] x, int xAt) {
    double sum = 0;
    for (int k = 0; k < cols; k++) {
      sum += (double) plain[row * cols + k] * scales[row * cols + k] * x[xAt + k];
    }
    return sum;
  }

  /** Sum of the magnitudes of the terms: what an error is measured against. */
  double magnitude(int row, float[] x, int xAt) {
    double sum = 0;
    for (int k = 0; k < cols; k++) {
      sum += Math.abs((double) plain[row * cols + k] * scales[row * cols + k] * x[xAt + k]);
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
