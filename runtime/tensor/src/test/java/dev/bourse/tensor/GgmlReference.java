package dev.bourse.tensor;

import java.nio.ByteBuffer;

/**
 * What the blocks of a GGUF file mean, read in the order in which their bytes lie: written from the
 * format's description and not from {@link GgufBlock}, which it checks.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-quants.c">ggml's own</a>
 */
final class GgmlReference {
  private static final float[] IQ4 = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };
  private static final float[] MXFP4 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  private final ByteBuffer in;
  private final int start;
  private final int to;
  private final TestWeights out;

  private GgmlReference(ByteBuffer in, int to, TestWeights out) {
    this.in = in;
    this.start = in.position();
    this.to = to;
    this.out = out;
  }

  /** Decodes the block at the buffer's position to the weights from {@code to} on. */
  static void decode(TensorType type, ByteBuffer in, int to, TestWeights out) {
    GgmlReference block = new GgmlReference(in, to, out);
    switch (type) {
      case F32 -> block.put(0, in.getFloat(block.start), 1, 0);
      case F16 -> block.put(0, block.half(0), 1, 0);
      case BF16 -> block.put(0, Float.intBitsToFloat(in.getShort(block.start) << Short.SIZE), 1, 0);
      case Q8_0 -> {
        for (int i = 0; i < 32; i++) {
          block.put(i, in.get(block.start + 2 + i), block.half(0), 0);
        }
      }
      case Q4_0 -> block.small(2, -1, 8, block.half(0), 0);
      case Q4_1 -> block.small(4, -1, 0, block.half(0), block.half(2));
      case Q5_0 -> block.small(6, 2, 16, block.half(0), 0);
      case Q5_1 -> block.small(8, 4, 0, block.half(0), block.half(2));
      case IQ4_NL -> block.table(0, 2, IQ4, block.half(0));
      case MXFP4 -> block.table(0, 1, MXFP4, (float) Math.pow(2, block.bits(0) - 128));
      case IQ4_XS -> block.iq4xs();
      case Q2_K -> block.q2k();
      case Q3_K -> block.q3k();
      case Q4_K -> block.q45k(16, -1);
      case Q5_K -> block.q45k(48, 16);
      case Q6_K -> block.q6k();
      default -> throw new IllegalArgumentException("no reference for " + type);
    }
  }

  private void put(int column, float level, float scale, float minimum) {
    out.plain[to + column] = level;
    out.scales[to + column] = scale;
    out.minima[to + column] = minimum;
  }

  private int bits(int at) {
    return Byte.toUnsignedInt(in.get(start + at));
  }

  private float half(int at) {
    return Float.float16ToFloat(in.getShort(start + at));
  }

  private void small(int nibblesAt, int fifthAt, int offset, float scale, float minimum) {
    int fifth = fifthAt < 0 ? 0 : in.getInt(start + fifthAt);
    for (int j = 0; j < 16; j++) {
      int low = bits(nibblesAt + j) % 16 + 16 * ((fifth >>> j) & 1);
      int high = bits(nibblesAt + j) / 16 + 16 * ((fifth >>> (j + 16)) & 1);
      put(j, low - offset, scale, minimum);
      put(j + 16, high - offset, scale, minimum);
    }
  }

  private void table(int column, int nibblesAt, float[] levels, float scale) {
    for (int j = 0; j < 16; j++) {
      put(column + j, levels[bits(nibblesAt + j) % 16], scale, 0);
      put(column + j + 16, levels[bits(nibblesAt + j) / 16], scale, 0);
    }
  }

  private void iq4xs() {
    int high = Short.toUnsignedInt(in.getShort(start + 2));
    for (int part = 0; part < 8; part++) {
      int low = part % 2 == 0 ? bits(4 + part / 2) % 16 : bits(4 + part / 2) / 16;
      int scale = low + 16 * (high % 4) - 32;
      high /= 4;
      table(part * 32, 8 + part * 16, IQ4, half(0) * scale);
    }
  }

  private void q2k() {
    float d = half(80);
    float min = half(82);
    int column = 0;
    int group = 0;
    for (int half = 0; half < 2; half++) {
      for (int shift = 0; shift < 8; shift += 2) {
        for (int sixteen = 0; sixteen < 2; sixteen++) {
          int numbers = bits(group++);
          int number = numbers / 16;
          for (int l = 0; l < 16; l++) {
            int level = (bits(16 + half * 32 + sixteen * 16 + l) >> shift) & 3;
            put(column++, level, d * (numbers % 16), -(min * number));
          }
        }
      }
    }
  }

  private void q3k() {
    int[] scales = new int[16];
    for (int i = 0; i < 8; i++) {
      scales[i] = bits(96 + i) % 16;
      scales[i + 8] = bits(96 + i) / 16;
    }
    for (int i = 0; i < 4; i++) {
      int two = bits(104 + i);
      for (int j = 0; j < 16; j += 4) {
        scales[i + j] += 16 * (two % 4);
        two /= 4;
      }
    }
    int column = 0;
    int group = 0;
    int bit = 1;
    for (int half = 0; half < 2; half++) {
      for (int shift = 0; shift < 8; shift += 2) {
        for (int sixteen = 0; sixteen < 2; sixteen++) {
          float scale = half(108) * (scales[group++] - 32);
          for (int l = 0; l < 16; l++) {
            int level = (bits(32 + half * 32 + sixteen * 16 + l) >> shift) & 3;
            boolean isHigh = (bits(sixteen * 16 + l) & bit) != 0;
            put(column++, isHigh ? level : level - 4, scale, 0);
          }
        }
        bit <<= 1;
      }
    }
  }

  private void q45k(int nibblesAt, int fifthAt) {
    int column = 0;
    for (int group = 0; group < 8; group++) {
      int scale;
      int min;
      if (group < 4) {
        scale = bits(4 + group) % 64;
        min = bits(8 + group) % 64;
      } else {
        scale = bits(8 + group) % 16 + bits(group) / 64 * 16;
        min = bits(8 + group) / 16 + bits(4 + group) / 64 * 16;
      }
      for (int l = 0; l < 32; l++) {
        int pair = bits(nibblesAt + group / 2 * 32 + l);
        int level = group % 2 == 0 ? pair % 16 : pair / 16;
        if (fifthAt >= 0) {
          level += 16 * ((bits(fifthAt + l) >> group) & 1);
        }
        put(column++, level, half(0) * scale, -(half(2) * min));
      }
    }
  }

  private void q6k() {
    for (int half = 0; half < 2; half++) {
      for (int l = 0; l < 32; l++) {
        int a = bits(half * 64 + l);
        int b = bits(half * 64 + l + 32);
        int high = bits(128 + half * 32 + l);
        int[] levels = {
          a % 16 + 16 * (high % 4),
          b % 16 + 16 * (high / 4 % 4),
          a / 16 + 16 * (high / 16 % 4),
          b / 16 + 16 * (high / 64)
        };
        for (int part = 0; part < 4; part++) {
          float scale = half(208) * in.get(start + 192 + half * 8 + part * 2 + l / 16);
          put(half * 128 + part * 32 + l, levels[part] - 32, scale, 0);
        }
      }
    }
  }
}
